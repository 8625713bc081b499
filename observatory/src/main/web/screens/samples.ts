// Samples: which programs came, for which CPUs, week by week, and the list.

import {html, nothing} from 'lit';
import {base, look, tip, type Option} from '../charts';
import {csv, get} from '../api';
import {bytes, count, known, moment, portName, t} from '../words';
import {go, here, href, sameScreen} from '../place';
import {Screen, tile} from '../parts/screen';
import '../parts/figure';

export interface SampleLine {
  sha256: string;
  demo: boolean;
  kind: string;
  size: number;
  cpu: string;
  class: string;
  endianness: string;
  isa: string;
  static: string;
  stripped: string;
  packed: string;
  header_lies: boolean;
  families: string[];
  first: string;
  last: string;
  sightings: number;
  runs: number;
  searches: string[];
}

export interface SamplesCounted {
  samples: number;
  sightings: number;
  runs: number;
  ran: number;
  demo: boolean;
  first: string | null;
  last: string | null;
}

interface Choice {
  value: string;
  samples: number;
}

interface Week {
  week: string;
  cpu: string;
  samples: number;
}

interface Data {
  samples: SampleLine[];
  choices: Record<'cpu' | 'family' | 'kind', Choice[]>;
  weeks: Week[];
  counted: SamplesCounted;
}

const SIDES = ['cpu', 'family', 'kind'] as const;
const WEEK = 7 * 86_400_000;
const MOST_WEEKS = 60;

/** A word of the facts in the reader's language; names of CPUs and families stay as they are. */
export function fact(value: string): string {
  return known(`fact.${value}`) ?? value;
}

/** What the weeks are counted by: a CPU, or the kind of what is no program. */
function made(value: string): string {
  return known(`fact.${value}`) ?? known(`kind.${value}`) ?? value;
}

const KINDS = ['script', 'archive', 'other', 'unknown'];

export function cpuName(line: {cpu: string; kind?: string}): string {
  return line.cpu === 'unknown' ? known(`kind.${line.kind ?? ''}`) ?? t('fact.unknown') : line.cpu;
}

export function howSamples(c: SamplesCounted) {
  return html`
    <details class="counted">
      <summary>${t('counted.title')}</summary>
      <dl>
        <dt>${t('samples.counted.what')}</dt><dd>${t('samples.counted.what.text')}</dd>
        <dt>${t('samples.counted.there')}</dt><dd>${t('samples.counted.there.text', count(c.samples), count(c.sightings), count(c.ran))}</dd>
        <dt>${t('samples.counted.time')}</dt><dd>${c.first ? html`${moment(c.first)} – ${moment(c.last)}. ` : nothing}${t('samples.counted.time.text')}</dd>
        <dt>${t('samples.counted.facts')}</dt><dd>${t('samples.counted.facts.text')}</dd>
        <dt>${t('samples.counted.lab')}</dt><dd>${t('samples.counted.lab.text')}</dd>
      </dl>
    </details>`;
}

export class Samples extends Screen<Data> {
  private asked(more: Record<string, string | null> = {}) {
    const q = here().q;
    const asked: Record<string, string | null> = {from: null, to: null, by: null, sensor: null, ...more};
    for (const side of SIDES) asked[side] = q.get(side);
    return asked;
  }

  protected async load(): Promise<Data> {
    const [list, weeks] = await Promise.all([
      get<Omit<Data, 'weeks'>>('samples', this.asked({limit: '500'})),
      get<{weeks: Week[]}>('samples/weeks', this.asked()),
    ]);
    return {...list, weeks: weeks.weeks};
  }

  protected show(d: Data) {
    const anything = SIDES.some(side => d.choices[side].length > 0);
    if (!anything) {
      return html`<h1>${t('samples.title')}</h1><section class="panel"><p>${t('samples.none')}</p>
        <p><code>./teiten sample --store FILE</code> <code>./teiten lab run --store FILE</code></p></section>`;
    }
    return html`<h1>${t('samples.title')}</h1>
      ${d.counted.demo ? html`<p class="note"><span class="demo-tag">DEMO</span> ${t('samples.demo')}</p>` : nothing}
      <dl class="tiles">
        ${tile(t('samples.samples'), count(d.counted.samples), t('samples.samples.note'))}
        ${tile(t('samples.cpus'), count(new Set(d.samples.filter(s => s.kind === 'elf').map(s => s.cpu)).size), t('samples.cpus.note'))}
        ${tile(t('samples.sightings'), count(d.counted.sightings), d.counted.first ? html`${moment(d.counted.first)}<br>${moment(d.counted.last)}` : '')}
        ${tile(t('samples.ran'), count(d.counted.ran), t('samples.ran.note', count(d.counted.runs)))}
      </dl>
      <div class="controls">${SIDES.map(side => this.choice(side, d.choices[side]))}</div>
      <div class="grid">
        <div class="full">${this.weeks(d)}</div>
        <div class="full">${this.list(d)}</div>
      </div>
      <p class="note">${t('samples.bytes')}</p>`;
  }

  private choice(side: (typeof SIDES)[number], choices: Choice[]) {
    const chosen = here().q.get(side) ?? '';
    return html`<label class="inline">${t(`samples.${side}`)}
      <select @change=${(e: Event) => go(sameScreen({[side]: (e.target as HTMLSelectElement).value}))}>
        <option value="" .selected=${!chosen}>${t('samples.all')}</option>
        ${choices.map(c => html`<option value=${c.value} .selected=${c.value === chosen}>${side === 'kind' ? known(`kind.${c.value}`) ?? c.value : fact(c.value)} (${count(c.samples)})</option>`)}
      </select></label>`;
  }

  private weeks(d: Data) {
    const totals = new Map<string, number>();
    for (const w of d.weeks) totals.set(w.cpu, (totals.get(w.cpu) ?? 0) + w.samples);
    const cpus = [...totals].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([cpu]) => cpu);
    const weeks: string[] = [];
    if (d.weeks.length) {
      const last = Date.parse(d.weeks.at(-1)!.week);
      for (let at = Math.max(Date.parse(d.weeks[0].week), last - (MOST_WEEKS - 1) * WEEK); at <= last; at += WEEK) weeks.push(new Date(at).toISOString().slice(0, 10));
    }
    const most = Math.max(1, ...d.weeks.map(w => w.samples));
    const chart = (): Option => {
      const l = look();
      return {
        ...base(),
        grid: {left: 96, right: 16, top: 10, bottom: 58},
        tooltip: {...base().tooltip, trigger: 'item', formatter: (p: any) => tip(t('samples.week', weeks[p.value[0]]), [[made(cpus[p.value[1]]), t('samples.n', count(p.value[2]))]])},
        xAxis: {type: 'category', data: weeks, axisLine: {lineStyle: {color: l.soft}}, axisTick: {show: false}, axisLabel: {color: l.soft, hideOverlap: true}},
        yAxis: {type: 'category', data: cpus.map(made), inverse: true, axisLine: {show: false}, axisTick: {show: false}, axisLabel: {color: l.ink, width: 86, overflow: 'truncate'}},
        visualMap: {min: 0, max: most, calculable: false, orient: 'horizontal', left: 'center', bottom: 0, itemHeight: 140, itemWidth: 10, text: [count(most), '0'], textStyle: {color: l.soft}, inRange: {color: l.ramp}},
        series: [{
          type: 'heatmap',
          data: d.weeks.filter(w => weeks.includes(w.week)).map(w => [weeks.indexOf(w.week), cpus.indexOf(w.cpu), w.samples]),
          itemStyle: {borderWidth: 1, borderColor: l.ground},
          emphasis: {itemStyle: {borderColor: l.ink, borderWidth: 1}},
        }],
      };
    };
    return html`<teiten-figure .heading=${t('samples.weeks')} .unit=${t('samples.weeks.unit')} .summary=${this.summary(d, cpus)} .chart=${chart}
      .cells=${() => ({columns: [t('samples.week.col'), ...cpus.map(made)], rows: weeks.map(week => [week, ...cpus.map(cpu => count(d.weeks.find(w => w.week === week && w.cpu === cpu)?.samples ?? 0))])})}
      .csv=${csv('samples/weeks', this.asked())} .how=${howSamples(d.counted)}></teiten-figure>`;
  }

  private summary(d: Data, cpus: string[]): string {
    const programs = d.weeks.filter(w => !KINDS.includes(w.cpu)).reduce((sum, w) => sum + w.samples, 0);
    const pcs = d.weeks.filter(w => w.cpu === 'x86' || w.cpu === 'x86-64').reduce((sum, w) => sum + w.samples, 0);
    return programs ? t('samples.weeks.summary', count(programs), count(programs - pcs), cpus.filter(c => !KINDS.includes(c)).slice(0, 6).join(t('comma'))) : '';
  }

  private list(d: Data) {
    return html`<teiten-figure .heading=${t('samples.list')} .cells=${() => ({
      text: [1, 2, 4, 5, 8],
      columns: [t('sample.title'), t('samples.cpu'), t('samples.form'), t('samples.size'), t('samples.signs'), t('samples.family'), t('samples.sightings'), t('samples.ran.col'), t('samples.searches'), t('col.last')],
      rows: d.samples.map(s => [
        html`<a class="address" href=${href(`/samples/${s.sha256}`)}>${s.sha256.slice(0, 12)}</a>${s.demo ? html` <span class="demo-tag">DEMO</span>` : nothing}`,
        cpuName(s), s.kind === 'elf' ? `${s.class} ${fact(s.endianness)}` : known(`kind.${s.kind}`) ?? s.kind, bytes(s.size), signs(s),
        s.families.join(t('comma')) || '–', count(s.sightings), count(s.runs), s.searches.map(portName).join(t('comma')) || '–', moment(s.last),
      ]),
    })} .csv=${csv('samples', this.asked({limit: '0'}))} .how=${howSamples(d.counted)} .note=${t('samples.family.note')}></teiten-figure>`;
  }
}

function signs(s: SampleLine): string {
  const signs = [];
  if (s.static === 'yes') signs.push(t('sign.static'));
  if (s.stripped === 'yes') signs.push(t('sign.stripped'));
  if (s.packed === 'yes') signs.push(t('sign.packed'));
  if (s.header_lies) signs.push(t('sign.lies'));
  return signs.join(t('comma')) || '–';
}

customElements.define('teiten-samples', Samples);
