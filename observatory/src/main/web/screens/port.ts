// Port: accesses and sources of one destination port, who marks them, what else its sources want.

import {html} from 'lit';
import {base, bucketTitle, counts, gaps, line, look, middle, onAxis, partial, timeAxis, tip, valueAxis, type Option} from '../charts';
import {csv, get, split, type PortReport, type Series} from '../api';
import {about, bucketTime, count, percent, portName, rate, service, t} from '../words';
import {go, here, href, language, sameScreen} from '../place';
import {Screen, portLink, tile} from '../parts/screen';
import {bar, stack} from '../parts/bar';
import {bucketTip, meanRate, seriesCells} from './overview';
import '../parts/figure';

interface Data {
  series: Series;
  others: Series[];
  report: PortReport;
}

const MOST_COMPARED = 5;

function comparedPorts(): string[] {
  return (here().q.get('with') ?? '').split(',').filter(Boolean).slice(0, MOST_COMPARED);
}

export class PortScreen extends Screen<Data> {
  protected async load(): Promise<Data> {
    const port = here().port;
    const [series, report, ...others] = await Promise.all([
      get<Series>('series', {port}),
      get<PortReport>(`port/${port}`, {by: null}),
      ...comparedPorts().map(p => get<Series>('series', {port: p})),
    ]);
    return {series, report, others};
  }

  protected show(d: Data) {
    const port = d.report.port;
    const [mirai, other, none] = split(d.report);
    const whole = mirai + other + none;
    return html`
      <div class="title-row">
        <h1>${portName(port)} <span class="service">${service(port)}</span></h1>
        <a class="button" href=${href(`/notice/port/${port}`, {lang: language(), days: here().q.get('from') ? null : '180'})} target="_blank" rel="noopener">${t('notice')}</a>
      </div>
      <dl class="tiles">
        ${tile(t('port.rate'), html`${rate(d.report.per_day_and_address)} <span class="unit">${t('unit.rate')}</span>`, t('port.accesses', count(d.report.accesses)))}
        ${tile(t('port.sources'), about(d.report.sources, d.report.sources_error), t('port.sources.note'))}
        ${tile(
          t('port.marked'),
          html`${percent(whole ? mirai / whole : null)} <span class="unit">Mirai</span>`,
          html`${t('tile.marked.other', percent(whole ? other / whole : null), percent(whole ? none / whole : null))}
            ${stack([[mirai, 'mirai'], [other, 'other'], [none, 'none']])}`,
        )}
        ${tile(t('port.linux'), percent(d.report.os_shares.linux ?? null), t(d.report.sampled ? 'port.linux.note.sample' : 'port.linux.note', count(d.report.sources_with_table)))}
      </dl>
      ${this.controls(d)}
      <div class="grid">
        <div class="full">${this.accesses(d)}</div>
        <div class="full">${this.sources(d)}</div>
        <div class="half">${this.overlaps(d.report)}</div>
        <div class="half">${this.os(d.report)}</div>
      </div>`;
  }

  private controls(d: Data) {
    const log = here().q.get('scale') === 'log';
    const by = here().q.get('by') ?? '';
    const compared = comparedPorts();
    return html`
      <div class="controls" role="group" aria-label=${t('controls')}>
        <label>${t('by')}
          <select @change=${(e: Event) => go(sameScreen({by: (e.target as HTMLSelectElement).value}))}>
            ${['', 'minute', 'hour', 'day'].map(v => html`<option value=${v} ?selected=${v === by}>${v ? t(`step.${v}`) : t('by.auto', t(`step.${d.series.by}`))}</option>`)}
          </select></label>
        <label>${t('scale')}
          <select @change=${(e: Event) => go(sameScreen({scale: (e.target as HTMLSelectElement).value}))}>
            <option value="" ?selected=${!log}>${t('scale.linear')}</option>
            <option value="log" ?selected=${log}>${t('scale.log')}</option>
          </select></label>
        <form class="inline" @submit=${this.add}>
          <label>${t('compare')} <input name="port" size="10" placeholder="2323/tcp" autocomplete="off" ?disabled=${compared.length >= MOST_COMPARED}></label>
          <button type="submit">${t('compare.add')}</button>
        </form>
        ${compared.map(p => html`<button type="button" class="chip" @click=${() => this.drop(p)} aria-label=${t('compare.remove', portName(p))}>${portName(p)} <span aria-hidden="true">×</span></button>`)}
      </div>`;
  }

  private add(e: Event) {
    e.preventDefault();
    const input = (e.target as HTMLFormElement).elements.namedItem('port') as HTMLInputElement;
    const typed = input.value.trim().toLowerCase();
    if (!typed) return;
    const port = typed.includes('/') ? typed : `${typed}/tcp`;
    input.value = '';
    go(sameScreen({with: [...new Set([...comparedPorts(), port])].join(',')}));
  }

  private drop(port: string) {
    go(sameScreen({with: comparedPorts().filter(p => p !== port).join(',')}));
  }

  private accesses(d: Data) {
    const log = here().q.get('scale') === 'log';
    const s = d.series;
    const together = [s, ...d.others];
    const positive = (v: number | null) => (log && v !== null && v <= 0 ? null : v);
    const chart = (): Option => {
      const l = look();
      const common = {
        ...base(),
        grid: {left: 64, right: 116, top: 14, bottom: 28},
        xAxis: timeAxis(onAxis(s.buckets[0]?.start), onAxis(s.buckets.at(-1)?.end ?? '')),
        yAxis: valueAxis(log),
      };
      if (d.others.length) {
        return {
          ...common,
          tooltip: {
            ...base().tooltip,
            formatter: (p: any) => {
              const i = p[0]?.dataIndex ?? 0;
              return tip(bucketTitle(s.buckets[i].start, s.by), together.map(o => [portName(o.port ?? ''), o.buckets[i]?.observed ? rate(o.buckets[i].per_day_and_address) : t('gap.short')]));
            },
          },
          series: together.map((o, n) =>
            line(portName(o.port ?? ''), l.series[n], o.buckets.map(b => [middle(b), positive(b.per_day_and_address)]), {markArea: n ? undefined : gaps(s.buckets)}),
          ),
        };
      }
      const parts = ['none', 'other', 'mirai'] as const;
      const index = {mirai: 0, other: 1, none: 2};
      const value = (b: Series['buckets'][0], part: (typeof parts)[number]) =>
        b.per_day_and_address === null ? null : b.accesses ? (split(b)[index[part]] / b.accesses) * b.per_day_and_address : 0;
      return {
        ...common,
        tooltip: {...base().tooltip, formatter: (p: any) => bucketTip(s, p[0]?.dataIndex ?? 0)},
        series: parts.map((part, n) =>
          line(t(`split.${part}`), l[part], s.buckets.map(b => [middle(b), positive(value(b, part))]), {
            ...(log ? {} : {stack: 'split', areaStyle: {color: l[part], opacity: 0.6}, lineStyle: {width: 1, color: l[part]}}),
            markArea: n ? undefined : gaps(s.buckets),
          }),
        ),
      };
    };
    const seen = s.buckets.some(b => b.accesses);
    return html`<teiten-figure .heading=${t('port.accesses.title')} .unit=${t('unit.rate')}
      .summary=${d.others.length
        ? together.map(o => `${portName(o.port ?? '')} ${rate(meanRate(o.buckets))}`).join(t('comma'))
        : t('port.accesses.summary', rate(meanRate(s.buckets)))}
      size="medium" group="port" .chart=${seen || d.others.length ? chart : null}
      .cells=${() => (d.others.length ? comparedCells(together) : seriesCells(s))} .csv=${csv('series', {port: s.port})} .counted=${s.counted}
      .note=${seen ? '' : t('port.silent')}></teiten-figure>`;
  }

  private sources(d: Data) {
    const log = here().q.get('scale') === 'log';
    const s = d.series;
    const together = [s, ...d.others];
    const chart = (): Option => {
      const l = look();
      return {
        ...base(),
        grid: {left: 64, right: 116, top: 14, bottom: 28},
        tooltip: {
          ...base().tooltip,
          formatter: (p: any) => {
            const i = nearest(s, p[0]?.axisValue);
            return tip(bucketTitle(s.buckets[i].start, s.by), together.map(o => [portName(o.port ?? ''), o.buckets[i]?.observed ? about(o.buckets[i].sources, o.buckets[i].sources_error) : t('gap.short')]), partial(s.buckets[i]) ? t('partial.counts', percent(s.buckets[i].observed)) : '');
          },
        },
        xAxis: timeAxis(onAxis(s.buckets[0]?.start), onAxis(s.buckets.at(-1)?.end ?? '')),
        yAxis: valueAxis(log),
        series: together.flatMap((o, n) =>
          counts(portName(o.port ?? ''), l.series[n], o.buckets, b => (log && !b.sources ? null : b.sources), {markArea: n ? undefined : gaps(s.buckets)}),
        ),
      };
    };
    const errors = s.buckets.map(b => b.sources_error).filter(e => e > 0);
    return html`<teiten-figure .heading=${t('port.sources.title')} .unit=${t('unit.sources', t(`per.${s.by}`))}
      .summary=${errors.length ? t('port.sources.error', percent(Math.max(...errors))) : t('port.sources.exact')}
      size="medium" group="port" .chart=${s.buckets.some(b => b.sources) || d.others.length ? chart : null}
      .cells=${() => ({
        columns: [t('col.time'), ...together.map(o => portName(o.port ?? ''))],
        rows: s.buckets.map((b, i) => [bucketTime(b.start, s.by), ...together.map(o => (o.buckets[i]?.observed ? about(o.buckets[i].sources, o.buckets[i].sources_error) : t('gap.short')))]),
      })} .csv=${csv('series', {port: s.port})} .counted=${s.counted}></teiten-figure>`;
  }

  private overlaps(r: PortReport) {
    return html`<teiten-figure .heading=${t('overlap.title', portName(r.port))} .summary=${t(r.sampled ? 'overlap.summary.sample' : 'overlap.summary', count(r.sources_with_table))}
      .cells=${() => ({
        columns: [t('col.also'), t('col.sources'), t('col.share'), ''],
        rows: r.overlaps.map(o => [html`${portLink(o.port)}`, count(o.sources), percent(o.share), html`${bar(o.share)}`]),
      })} .csv=${csv(`port/${r.port}`, {by: null})} .counted=${r.counted} .note=${r.overlaps.length ? '' : t('overlap.none')}></teiten-figure>`;
  }

  private os(r: PortReport) {
    const systems = ['linux', 'windows', 'other', 'unclear'].filter(k => r.os_shares[k] !== undefined);
    return html`<teiten-figure .heading=${t('os.title')} .summary=${t(r.sampled ? 'os.rests.sample' : 'os.rests', count(r.sources_with_table))}
      .cells=${() => ({
        columns: [t('os.system'), t('col.share'), '', t('os.evidence')],
        text: [3],
        rows: systems.map(k => [t(`os.${k}`), percent(r.os_shares[k]), html`${bar(r.os_shares[k], k)}`, t(`os.${k}.evidence`)]),
      })} .counted=${r.counted} .note=${systems.length ? t('os.limits') : t('os.none')}></teiten-figure>`;
  }
}

/** The bucket whose middle is at a place of the axis. */
function nearest(s: Series, place: number): number {
  const i = s.buckets.findIndex(b => onAxis(b.end) > place);
  return i < 0 ? s.buckets.length - 1 : i;
}

function comparedCells(all: Series[]) {
  return {
    columns: [t('col.time'), ...all.map(o => portName(o.port ?? ''))],
    rows: all[0].buckets.map((b, i) => [bucketTime(b.start, all[0].by), ...all.map(o => (o.buckets[i]?.observed ? rate(o.buckets[i].per_day_and_address) : t('gap.short')))]),
  };
}

customElements.define('teiten-port', PortScreen);
