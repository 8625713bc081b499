// CPUs targeted: for which architectures attackers bring programs, week by week.

import {html} from 'lit';
import {base, look, tip, type Option} from '../charts';
import {csv, get, type SessionsCounted} from '../api';
import {count, percent, t} from '../words';
import {go, href} from '../place';
import {Screen, tile} from '../parts/screen';
import {bar} from '../parts/bar';
import '../parts/figure';

interface Cell {
  week: string;
  cpu: string;
  sessions: number;
  sources: number;
}

interface Data {
  weeks: string[];
  cells: Cell[];
  counted: SessionsCounted;
}

export class CpusScreen extends Screen<Data> {
  protected load(): Promise<Data> {
    return get<Data>('cpus', {by: null});
  }

  protected show(d: Data) {
    const sums = new Map<string, {sessions: number}>();
    for (const c of d.cells) sums.set(c.cpu, {sessions: (sums.get(c.cpu)?.sessions ?? 0) + c.sessions});
    const cpus = [...sums.entries()].sort((a, b) => b[1].sessions - a[1].sessions || a[0].localeCompare(b[0]));
    const all = cpus.reduce((sum, [, c]) => sum + c.sessions, 0);
    const x86 = (sums.get('x86')?.sessions ?? 0) + (sums.get('x86-64')?.sessions ?? 0);
    const at = new Map(d.cells.map(c => [`${c.week} ${c.cpu}`, c]));
    return html`
      <h1>${t('cpus.title')}</h1>
      <dl class="tiles">
        ${tile(t('cpus.kinds'), count(cpus.length))}
        ${tile(t('cpus.most'), cpus[0]?.[0] ?? '–', cpus.length ? t('cpus.targets', count(cpus[0][1].sessions)) : '')}
        ${tile(t('cpus.notx86'), percent(all ? 1 - x86 / all : null), t('cpus.notx86.note'))}
        ${tile(t('cpus.weeks'), count(d.weeks.length), t('cpus.weeks.note'))}
      </dl>
      <div class="grid">
        <div class="full"><teiten-figure .heading=${t('cpus.grid')} .unit=${t('cpus.unit')} size="tall" .summary=${cpus.length ? '' : t('cpus.none')}
          .chart=${cpus.length ? () => grid(d, cpus.map(([name]) => name)) : null}
          .pick=${(item: {value: unknown}) => go(href('/sessions', {cpu: cpus[(item.value as number[])[1]][0]}))}
          .cells=${() => ({
            columns: [t('cpus.week'), ...cpus.map(([name]) => name)],
            rows: d.weeks.map(w => [w, ...cpus.map(([name]) => count(at.get(`${w} ${name}`)?.sessions ?? 0))]),
          })} .csv=${csv('cpus', {by: null})} .counted=${d.counted} .note=${t('cpus.note')}></teiten-figure></div>
        <div class="full"><teiten-figure .heading=${t('cpus.list')} .cells=${() => ({
          columns: [t('cpus.cpu'), t('chain.sessions'), t('col.share'), ''],
          rows: cpus.map(([name, c]) => [html`<a href=${href('/sessions', {cpu: name})}>${name}</a>`, count(c.sessions), percent(all ? c.sessions / all : 0), html`${bar(all ? c.sessions / all : 0)}`]),
        })} .counted=${d.counted}></teiten-figure></div>
      </div>`;
  }
}

function grid(d: Data, cpus: string[]): Option {
  const l = look();
  const cells = d.cells.map(c => [d.weeks.indexOf(c.week), cpus.indexOf(c.cpu), c.sessions, c.sources]);
  const most = Math.max(1, ...d.cells.map(c => c.sessions));
  return {
    ...base(),
    grid: {left: 92, right: 16, top: 12, bottom: 62},
    tooltip: {
      ...base().tooltip,
      trigger: 'item',
      formatter: (p: any) => tip(`${cpus[p.value[1]]}, ${t('cpus.weekof', d.weeks[p.value[0]])}`, [[t('chain.sessions'), count(p.value[2])], [t('chain.sources'), count(p.value[3])]]),
    },
    xAxis: {type: 'category', data: d.weeks, axisLine: {lineStyle: {color: l.soft}}, axisTick: {show: false}, axisLabel: {color: l.soft, hideOverlap: true}},
    yAxis: {type: 'category', data: cpus, inverse: true, axisLine: {show: false}, axisTick: {show: false}, axisLabel: {color: l.ink, width: 84, overflow: 'truncate'}},
    visualMap: {
      min: 0, max: most, dimension: 2, calculable: false, orient: 'horizontal', left: 'center', bottom: 0, itemHeight: 140, itemWidth: 10,
      text: [count(most), '0'], textStyle: {color: l.soft}, inRange: {color: l.ramp},
    },
    series: [{type: 'heatmap', data: cells, progressive: 0, itemStyle: {borderWidth: 1, borderColor: l.ground}, emphasis: {itemStyle: {borderColor: l.ink, borderWidth: 1}},
      label: {show: d.weeks.length <= 20, formatter: (p: any) => count(p.value[2]), fontSize: 11}}],
  };
}

customElements.define('teiten-cpus', CpusScreen);
