// Overview: 23/TCP against its own past, what else comes in, and what is new.

import {html, nothing} from 'lit';
import {base, bucketTitle, gaps, heatMap, line, look, middle, onAxis, partial, timeAxis, tip, valueAxis, type Option} from '../charts';
import {csv, get, split, type Bucket, type ClassSeries, type Counted, type HeatMap, type PortLine, type Series} from '../api';
import {about, bucketTime, count, moment, percent, portName, rate, t} from '../words';
import {Screen, portLink, tile} from '../parts/screen';
import {stack} from '../parts/bar';
import {howClasses} from '../parts/counted';
import '../parts/figure';

interface Data {
  headline: Series;
  all: Series;
  classes: ClassSeries;
  /** The buckets of the classes, which may be wider than those of the other series. */
  coverage: Series;
  heat: HeatMap;
  fresh: {ports: PortLine[]; counted: Counted};
  ports: {ports: PortLine[]; counted: Counted};
}

/** A series in two parts: the newest days, and the past they are compared with. */
interface Compared {
  now: number | null;
  past: number | null;
  nowSources: number | null;
  pastSources: number | null;
  days: number;
  pastDays: number;
  from: number;
}

const DAY = 86_400_000;
/** The store lists no more new ports than this. */
const MOST_FRESH = 50;
/** Without a chosen span the headline shows half a year: a port's past is longer than a month. */
const PAST = {days: '180'};

/** Rate over several buckets, each weighted by the time that was observed. */
export function meanRate(buckets: Bucket[]): number | null {
  let weight = 0;
  let sum = 0;
  for (const b of buckets) {
    if (b.per_day_and_address === null || b.observed <= 0) continue;
    const w = b.observed * (Date.parse(b.end) - Date.parse(b.start));
    weight += w;
    sum += w * b.per_day_and_address;
  }
  return weight ? sum / weight : null;
}

function meanSources(buckets: Bucket[]): number | null {
  const seen = buckets.filter(b => b.sources !== null && !partial(b));
  return seen.length ? seen.reduce((sum, b) => sum + (b.sources ?? 0), 0) / seen.length : null;
}

/** The last week against the weeks before when there are two weeks, else the last day, else nothing to compare with. */
export function compare(series: Series): Compared {
  const buckets = series.buckets;
  const first = Date.parse(buckets[0]?.start ?? '');
  const last = Date.parse(buckets.at(-1)?.end ?? '');
  const span = (last - first) / DAY;
  const days = span >= 14 ? 7 : span >= 2 ? 1 : 0;
  const from = days ? last - days * DAY : first;
  const now = buckets.filter(b => Date.parse(b.start) >= from);
  const past = days ? buckets.filter(b => Date.parse(b.start) < from) : [];
  return {
    now: meanRate(now), past: meanRate(past), nowSources: meanSources(now), pastSources: meanSources(past),
    days, pastDays: Math.round(span - days), from,
  };
}

/** A mean of distinct counts; below ten its decimals matter. */
function few(value: number | null): string {
  return value !== null && value < 10 ? rate(value) : about(value, 0.01);
}

function change(now: number | null, past: number | null): string {
  if (now === null || past === null || past === 0) return '';
  const ratio = now / past;
  return ratio >= 2 ? t('change.times', rate(ratio)) : `${ratio >= 1 ? '+' : '−'}${percent(Math.abs(ratio - 1))}`;
}

/** A figure of the past and what became of it. */
function beside(past: string, changed: string) {
  return changed ? html`${past}${t('comma')}<strong>${changed}</strong>` : past;
}

export class Overview extends Screen<Data> {
  protected async load(): Promise<Data> {
    const [telnet, all, classes, heat, fresh, ports] = await Promise.all([
      get<Series>('series', {port: '23/tcp', ...PAST}),
      get<Series>('series'),
      get<ClassSeries>('classes'),
      get<HeatMap>('heatmap', {ports: '16', by: null}),
      get<Data['fresh']>('ports/new', {from: null, to: null, by: null}),
      get<Data['ports']>('ports', {limit: '15', by: null}),
    ]);
    const silent = telnet.buckets.every(b => !b.accesses);
    const other = ports.ports[0]?.port;
    const headline = silent && other ? await get<Series>('series', {port: other, ...PAST}) : telnet;
    const coverage = classes.by === all.by ? all : await get<Series>('series', {by: classes.by});
    return {headline, all, classes, coverage, heat, fresh, ports};
  }

  protected show(d: Data) {
    const port = d.headline.port ?? '23/tcp';
    return html`
      <h1>${t('overview.title')}</h1>
      ${port !== '23/tcp' ? html`<p class="note">${t('overview.notelnet', portName(port))}</p>` : nothing}
      ${this.figures(d)}
      <div class="grid">
        <div class="wide">${this.headline(d.headline)}</div>
        <div class="narrow">${this.fresh(d)}</div>
        <div class="full">${this.heat(d.heat)}</div>
        <div class="half">${this.classes(d.classes, d.coverage)}</div>
        <div class="half">${this.marks(d.all)}</div>
        <div class="full">${this.ports(d)}</div>
      </div>`;
  }

  private figures(d: Data) {
    const c = compare(d.headline);
    const port = portName(d.headline.port ?? '23/tcp');
    const window = d.headline.buckets.filter(b => Date.parse(b.end) > Date.parse(d.all.counted.from));
    const sum = window.reduce(
      (s, b) => {
        const [mirai, other, none] = split(b);
        return [s[0] + mirai, s[1] + other, s[2] + none];
      },
      [0, 0, 0],
    );
    const whole = sum[0] + sum[1] + sum[2];
    const total = d.ports.ports.find(p => p.port === d.headline.port);
    const unit = d.headline.by;
    return html`
      <dl class="tiles">
        ${tile(
          t('tile.rate', port, c.days ? t('tile.last', c.days) : t('tile.window')),
          html`${rate(c.now)} <span class="unit">${t('unit.rate')}</span>`,
          c.days ? html`${t('tile.before', c.pastDays)} ${beside(rate(c.past), change(c.now, c.past))}` : t('tile.nopast'),
        )}
        ${tile(
          t('tile.sources', port, t(`per.${unit}`)),
          few(c.nowSources),
          c.days
            ? html`${t('tile.before', c.pastDays)} ${beside(few(c.pastSources), change(c.nowSources, c.pastSources))}`
            : total
              ? t('tile.sources.total', about(total.sources, total.sources_error))
              : '',
        )}
        ${tile(
          t('tile.marked', port),
          html`${percent(whole ? sum[0] / whole : null)} <span class="unit">Mirai</span>`,
          html`${t('tile.marked.other', percent(whole ? sum[1] / whole : null), percent(whole ? sum[2] / whole : null))}
            ${stack([[sum[0], 'mirai'], [sum[1], 'other'], [sum[2], 'none']])}`,
        )}
        ${tile(
          t('tile.all'),
          html`${rate(meanRate(d.all.buckets))} <span class="unit">${t('unit.rate')}</span>`,
          t('tile.share', port, percent((meanRate(window) ?? 0) / (meanRate(d.all.buckets) || 1))),
        )}
      </dl>`;
  }

  private headline(s: Series) {
    const port = portName(s.port ?? '23/tcp');
    const c = compare(s);
    const seen = s.buckets.filter(b => b.per_day_and_address !== null);
    const most = seen.reduce<Bucket | null>((m, b) => ((b.per_day_and_address ?? 0) > (m?.per_day_and_address ?? -1) ? b : m), null);
    const lost = s.buckets.length - seen.length;
    const summary = [
      seen.length ? t('headline.summary', rate(meanRate(s.buckets)), rate(most?.per_day_and_address), most ? bucketTime(most.start, s.by) : '') : '',
      lost ? t('headline.gaps', lost, t(`step.${s.by}`)) : '',
    ].join(' ');
    const chart = (): Option => {
      const l = look();
      return {
        ...base(),
        grid: {left: 56, right: 64, top: 14, bottom: 28},
        tooltip: {...base().tooltip, formatter: (p: any) => bucketTip(s, p[0]?.dataIndex ?? 0)},
        xAxis: timeAxis(onAxis(s.buckets[0]?.start), onAxis(s.buckets.at(-1)?.end ?? '')),
        yAxis: valueAxis(),
        series: [
          line(port, l.mirai, s.buckets.map(b => [middle(b), b.per_day_and_address]), {
            areaStyle: {color: l.mirai, opacity: 0.1},
            markArea: gaps(s.buckets),
            markLine:
              c.past === null
                ? undefined
                : {
                    silent: true,
                    symbol: 'none',
                    lineStyle: {color: l.soft, type: 'dashed', width: 1.4},
                    label: {color: l.soft, formatter: t('headline.past', rate(c.past)), position: 'insideEndTop', fontSize: 11},
                    data: [{yAxis: c.past}],
                  },
          }),
        ],
      };
    };
    return html`<teiten-figure .heading=${t('headline.title', port)} .unit=${t('unit.rate')} .summary=${summary} size="medium"
      .chart=${seen.length ? chart : null} .cells=${() => seriesCells(s)} .csv=${csv('series', {port: s.port ?? '23/tcp', ...PAST})}
      .counted=${s.counted}></teiten-figure>`;
  }

  private fresh(d: Data) {
    const shown = d.fresh.ports.slice(0, 12);
    const past = Date.parse(d.fresh.counted.from) > Date.parse(d.headline.counted.from);
    return html`<teiten-figure .heading=${t('fresh.title')} .summary=${past ? t(d.fresh.ports.length < MOST_FRESH ? 'fresh.summary' : 'fresh.many', moment(d.fresh.counted.from), d.fresh.ports.length) : t('fresh.nopast')}
      .cells=${() => ({
        columns: [t('col.port'), t('col.accesses'), t('col.sources'), t('col.first')],
        rows: shown.map(p => [html`${portLink(p.port)}`, count(p.accesses), about(p.sources, p.sources_error), moment(p.first ?? null).slice(5, 16)]),
      })}
      .csv=${csv('ports/new', {from: null, to: null, by: null})} .counted=${d.fresh.counted}></teiten-figure>`;
  }

  private heat(map: HeatMap) {
    const flat = map.per_day_and_address.map((row, i) => [map.ports[i], Math.max(0, ...row.map(v => v ?? 0))] as const);
    const top = flat.reduce<readonly [string, number]>((m, p) => (p[1] > m[1] ? p : m), ['', 0]);
    const lost = map.gap.filter(Boolean).length;
    const summary = top[0] ? t('heat.summary', map.ports.length, portName(top[0]), rate(top[1])) + (lost ? ' ' + t('headline.gaps', lost, t('step.hour')) : '') : '';
    return html`<teiten-figure .heading=${t('heat.title')} .unit=${t('unit.rate.log')} .summary=${summary} size="tall"
      .chart=${map.ports.length ? () => heatMap(map) : null}
      .cells=${() => ({
        columns: [t('col.hour'), ...map.ports.map(portName)],
        rows: map.hours.map((h, x) => [moment(h), ...map.ports.map((_, y) => (map.gap[x] ? t('gap.short') : rate(map.per_day_and_address[y][x] ?? 0)))]),
      })}
      .csv=${csv('heatmap', {ports: '16', by: null})} .counted=${map.counted}></teiten-figure>`;
  }

  private classes(c: ClassSeries, all: Series) {
    const kinds = ['scan', 'udp', 'icmp_echo', 'backscatter', 'other'].filter(k => c.packets[k]);
    const sums = kinds.map(k => c.packets[k].reduce((a, b) => a + b, 0));
    const whole = sums.reduce((a, b) => a + b, 0);
    const observed = new Map(all.buckets.map(b => [b.start, b]));
    const at = (i: number) => observed.get(c.starts[i]);
    const blind = (i: number) => (at(i)?.observed ?? 1) === 0;
    const x = (i: number) => (at(i) ? middle(at(i)!) : onAxis(c.starts[i]));
    const chart = (): Option => {
      const l = look();
      return {
        ...base(),
        grid: {left: 56, right: 112, top: 14, bottom: 28},
        tooltip: {
          ...base().tooltip,
          formatter: (p: any) => {
            const i = p[0]?.dataIndex ?? 0;
            return blind(i)
              ? tip(bucketTitle(c.starts[i], c.by), [], t('gap.long'))
              : tip(bucketTitle(c.starts[i], c.by), kinds.map(k => [t(`class.${k}`), packets(c.packets[k][i], at(i), c.counted)]));
          },
        },
        xAxis: timeAxis(onAxis(c.starts[0]), onAxis(all.buckets.at(-1)?.end ?? c.starts.at(-1) ?? '')),
        yAxis: valueAxis(),
        series: kinds.map((k, n) =>
          line(t(`class.${k}`), l.series[n], c.packets[k].map((v, i) => [x(i), scaled(v, at(i), c.counted)]), {
            stack: 'classes', areaStyle: {color: l.series[n], opacity: 0.55}, lineStyle: {width: 1, color: l.series[n]},
            markArea: n ? undefined : gaps(all.buckets),
          }),
        ),
      };
    };
    return html`<teiten-figure .heading=${t('classes.title')} .unit=${t('unit.packets.rate')} .summary=${kinds.map((k, n) => `${t(`class.${k}`)} ${percent(sums[n] / (whole || 1))}`).join(t('comma'))}
      .chart=${whole && c.starts.length > 1 ? chart : null}
      .cells=${() => ({
        columns: [t('col.time'), ...kinds.map(k => t(`class.${k}`))],
        rows: c.starts.map((s, i) => [bucketTime(s, c.by), ...kinds.map(k => (blind(i) ? t('gap.short') : count(c.packets[k][i])))]),
      })}
      .csv=${csv('classes')} .how=${howClasses(c.counted)} .note=${t('classes.note')}></teiten-figure>`;
  }

  private marks(s: Series) {
    const names = ['mirai', 'masscan', 'zmap', 'zmap4'];
    const sums = names.map(n => s.buckets.reduce((a, b) => a + (b.marks?.[n] ?? 0), 0));
    const whole = s.buckets.reduce((a, b) => a + (b.packets ?? 0), 0);
    const borne = sums.some(n => n > 0);
    const chart = (): Option => {
      const l = look();
      const colors = [l.mirai, l.series[0], l.series[2], l.series[3]];
      return {
        ...base(),
        grid: {left: 56, right: 112, top: 14, bottom: 28},
        tooltip: {
          ...base().tooltip,
          formatter: (p: any) => {
            const b = s.buckets[p[0]?.dataIndex ?? 0];
            return b.observed > 0
              ? tip(bucketTitle(b.start, s.by), names.map(n => [t(`mark.${n}`), packets(b.marks?.[n] ?? 0, b, s.counted)]))
              : tip(bucketTitle(b.start, s.by), [], t('gap.long'));
          },
        },
        xAxis: timeAxis(onAxis(s.buckets[0]?.start), onAxis(s.buckets.at(-1)?.end ?? '')),
        yAxis: valueAxis(),
        series: names.map((n, i) =>
          line(t(`mark.${n}`), colors[i], s.buckets.map(b => [middle(b), b.marks ? scaled(b.marks[n] ?? 0, b, s.counted) : null]), {
            markArea: i ? undefined : gaps(s.buckets),
          }),
        ),
      };
    };
    return html`<teiten-figure .heading=${t('marks.title')} .unit=${t('unit.packets.rate')}
      .summary=${borne ? names.map((n, i) => `${t(`mark.${n}`)} ${percent(sums[i] / (whole || 1))}`).join(t('comma')) : t('marks.none')}
      .chart=${borne ? chart : null}
      .cells=${() => ({
        columns: [t('col.time'), ...names.map(n => t(`mark.${n}`))],
        rows: !borne ? [] : s.buckets.map(b => [bucketTime(b.start, s.by), ...names.map(n => (b.marks ? count(b.marks[n] ?? 0) : t('gap.short')))]),
      })}
      .csv=${csv('series')} .counted=${s.counted} .note=${t('marks.note')}></teiten-figure>`;
  }

  private ports(d: Data) {
    return html`<teiten-figure .heading=${t('ports.title')} .cells=${() => ({
      columns: [t('col.port'), t('col.rate'), t('col.accesses'), t('col.sources'), t('col.mirai'), t('col.othertool'), t('col.split')],
      rows: d.ports.ports.map(p => {
        const [mirai, other, none] = split(p);
        const whole = mirai + other + none || 1;
        return [
          html`${portLink(p.port)}`, rate(p.per_day_and_address), count(p.accesses), about(p.sources, p.sources_error),
          percent(mirai / whole), percent(other / whole), html`${stack([[mirai, 'mirai'], [other, 'other'], [none, 'none']])}`,
        ];
      }),
    })} .csv=${csv('ports', {limit: '0', by: null})} .counted=${d.ports.counted} .note=${t('ports.note')}></teiten-figure>`;
  }
}

/** Packets as a rate over what was observed, so that half an outage is no fall. */
function scaled(packets: number, b: Bucket | undefined, counted: Counted): number | null {
  if (!b || b.observed <= 0 || !counted.addresses) return null;
  const days = (Date.parse(b.end) - Date.parse(b.start)) / DAY;
  return packets / (days * b.observed * counted.addresses);
}

function packets(n: number, b: Bucket | undefined, counted: Counted): string {
  return `${rate(scaled(n, b, counted))} (${count(n)})`;
}

export function bucketTip(s: Series, i: number): HTMLElement {
  const b = s.buckets[i];
  if (!b || b.observed === 0) return tip(b ? bucketTitle(b.start, s.by) : '', [], t('gap.long'));
  const [mirai, other, none] = split(b);
  return tip(
    bucketTitle(b.start, s.by),
    [
      [t('col.rate'), rate(b.per_day_and_address)],
      [t('col.accesses'), count(b.accesses)],
      [t('split.mirai'), count(mirai)],
      [t('split.other'), count(other)],
      [t('split.none'), count(none)],
      [t('col.sources'), about(b.sources, b.sources_error)],
    ],
    b.observed < 0.999 ? t('partial', percent(b.observed)) : '',
  );
}

export function seriesCells(s: Series) {
  return {
    columns: [t('col.time'), t('col.rate'), t('col.accesses'), t('split.mirai'), t('split.other'), t('split.none'), t('col.sources'), t('col.observed')],
    rows: s.buckets.map(b => {
      const [mirai, other, none] = split(b);
      return b.observed === 0
        ? [bucketTime(b.start, s.by), t('gap.short'), '', '', '', '', '', percent(0)]
        : [bucketTime(b.start, s.by), rate(b.per_day_and_address), count(b.accesses), count(mirai), count(other), count(none), about(b.sources, b.sources_error), percent(b.observed)];
    }),
  };
}

customElements.define('teiten-overview', Overview);
