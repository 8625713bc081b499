// Attack chain: how many come how far, who works for whom, and which scripts are behind it.

import {html, nothing} from 'lit';
import {base, look, tip, type Option} from '../charts';
import {csv, get, type ChainAnswer} from '../api';
import {about, count, duration, moment, percent, portName, t} from '../words';
import {go, href} from '../place';
import {Screen, tile} from '../parts/screen';
import {STEPS, brief, familyName, sessionLink} from '../parts/said';
import {colourKey} from '../parts/bar';
import '../parts/figure';

export class ChainScreen extends Screen<ChainAnswer> {
  protected load(): Promise<ChainAnswer> {
    return get<ChainAnswer>('chain', {by: null});
  }

  protected show(d: ChainAnswer) {
    const of = (step: string) => d.steps.find(s => s.step === step)?.sessions ?? 0;
    const scan = d.scan;
    return html`
      <h1>${t('chain.title')}</h1>
      <dl class="tiles">
        ${tile(t('chain.scan'), scan ? count(scan.accesses) : '–', scan ? html`<a href=${href(`/port/${scan.port}`, {sensor: null})}>${t('chain.scan.note', portName(scan.port), about(scan.sources, scan.sources_error))}</a>` : t('chain.noscan'))}
        ${tile(t('chain.sessions'), count(of('knock')), t('chain.from', count(d.steps[0]?.sources ?? 0)))}
        ${tile(t('chain.let'), count(of('login')), percent(of('knock') ? of('login') / of('knock') : null))}
        ${tile(t('chain.brought'), count(of('download')), percent(of('knock') ? of('download') / of('knock') : null))}
      </dl>
      <div class="grid">
        <div class="half">${this.funnel(d)}</div>
        <div class="half">${this.families(d)}</div>
        <div class="full">${this.links(d)}</div>
        <div class="full">${this.loaders(d)}</div>
      </div>`;
  }

  private funnel(d: ChainAnswer) {
    const whole = d.steps[0]?.sessions || 1;
    const chart = (): Option => {
      const l = look();
      return {
        ...base(),
        grid: {left: 16, right: 90, top: 6, bottom: 6, containLabel: true},
        tooltip: {...base().tooltip, axisPointer: {type: 'none'}, formatter: (p: any) => {
          const s = d.steps[p[0].dataIndex];
          return tip(t(`step.${s.step}`), [[t('chain.sessions'), count(s.sessions)], [t('chain.sources'), count(s.sources)], [t('col.share'), percent(s.sessions / whole)]], t('chain.click'));
        }},
        xAxis: {type: 'value', show: false, max: whole},
        yAxis: {type: 'category', inverse: true, data: d.steps.map(s => t(`step.${s.step}`)), axisLine: {show: false}, axisTick: {show: false}, axisLabel: {color: l.ink, width: 132, overflow: 'break', lineHeight: 15}},
        series: [{
          type: 'bar', cursor: 'pointer', barCategoryGap: '26%', data: d.steps.map(s => s.sessions), itemStyle: {color: l.series[0], borderRadius: 2},
          showBackground: true, backgroundStyle: {color: l.line, opacity: 0.35},
          label: {show: true, position: 'right', color: l.ink, formatter: (p: any) => `${count(p.value)}  ${percent(p.value / whole)}`},
        }],
      };
    };
    return html`<teiten-figure .heading=${t('chain.funnel')} .unit=${t('chain.unit')} .chart=${d.steps.length ? chart : null}
      .summary=${t('chain.funnel.summary', count(whole), percent((d.steps[4]?.sessions ?? 0) / whole))}
      .pick=${(item: {dataIndex: number}) => go(href('/sessions', {step: d.steps[item.dataIndex].step}))}
      .cells=${() => ({
        columns: [t('chain.step'), t('chain.sessions'), t('col.share'), t('chain.sources')],
        rows: d.steps.map(s => [html`<a href=${href('/sessions', {step: s.step})}>${t(`step.${s.step}`)}</a>`, count(s.sessions), percent(s.sessions / whole), count(s.sources)]),
      })} .csv=${csv('chain', {by: null})} .counted=${d.counted} .note=${t('chain.funnel.note')}></teiten-figure>`;
  }

  private families(d: ChainAnswer) {
    const shown = d.families.slice(0, 10);
    const sum = (f: ChainAnswer['families'][0]) => Object.values(f.furthest).reduce((a, b) => a + b, 0);
    const colours = () => {
      const l = look();
      return [l.none, l.series[6], l.series[2], l.series[0], l.series[1], l.series[3]];
    };
    const chart = (): Option => {
      const l = look();
      return {
        ...base(),
        grid: {left: 16, right: 30, top: 6, bottom: 22, containLabel: true},
        tooltip: {...base().tooltip, axisPointer: {type: 'none'}, formatter: (p: any) => {
          const f = shown[p[0].dataIndex];
          return tip(familyName(f.family), STEPS.map(s => [t(`step.${s}`), count(f.furthest[s] ?? 0)]), t('chain.furthest'));
        }},
        xAxis: {type: 'value', axisLabel: {color: l.soft, hideOverlap: true, formatter: (v: number) => count(v)}, splitLine: {lineStyle: {color: l.line}}},
        yAxis: {type: 'category', inverse: true, data: shown.map(f => familyName(f.family)), axisLine: {show: false}, axisTick: {show: false}, axisLabel: {color: l.ink}},
        series: STEPS.map((s, i) => ({type: 'bar', stack: 'steps', cursor: 'pointer', barMaxWidth: 30, name: t(`step.${s}`), itemStyle: {color: colours()[i]}, data: shown.map(f => f.furthest[s] ?? 0)})),
      };
    };
    return html`<teiten-figure .heading=${t('chain.families')} .unit=${t('chain.families.unit')} .chart=${shown.length ? chart : null}
      .pick=${(item: {dataIndex: number}) => go(href('/sessions', {family: shown[item.dataIndex].family}))}
      .cells=${() => ({
        columns: [t('sessions.family'), ...STEPS.map(s => t(`step.${s}`)), t('chain.sum')],
        rows: d.families.map(f => [html`<a href=${href('/sessions', {family: f.family})}>${familyName(f.family)}</a>`, ...STEPS.map(s => count(f.furthest[s] ?? 0)), count(sum(f))]),
      })} .counted=${d.counted} .note=${html`${colourKey(STEPS.map((s, i) => [t(`step.${s}`), colours()[i]]))}<br>${t('chain.families.note')}`}></teiten-figure>`;
  }

  private links(d: ChainAnswer) {
    return html`<teiten-figure .heading=${t('chain.links')} .summary=${d.links.length ? '' : t('chain.links.none')} .cells=${() => ({
      text: [1, 2, 3, 5],
      columns: [t('chain.when'), t('chain.scanner'), t('chain.loader'), t('chain.host'), t('chain.delay'), t('sessions.family'), t('chain.rivals')],
      rows: d.links.map(l => [
        html`${moment(l.start)}`,
        l.scanner ? html`${sessionLink({session: l.scanner, sensor: l.sensor}, l.scanner_source)}` : t('chain.itself'),
        html`${sessionLink({session: l.loader, sensor: l.sensor}, l.loader_source)}`,
        l.hosts.length ? html`${l.hosts.slice(0, 3).map((h, i) => html`${i ? t('comma') : nothing}<span class="address">${brief(h, 60)}</span>`)}${l.own_host ? ` ${t('chain.own')}` : ''}` : '–',
        l.scanner ? duration(l.delay_seconds) : '–', familyName(l.family), l.scanner ? (l.rivals ? count(l.rivals) : t('chain.norivals')) : '–',
      ]),
    })} .csv=${csv('chain', {by: null, table: 'links'})} .counted=${d.counted} .note=${t('chain.links.note')}></teiten-figure>`;
  }

  private loaders(d: ChainAnswer) {
    return html`<teiten-figure .heading=${t('chain.loaders')} .cells=${() => ({
      text: [1],
      columns: [t('chain.fingerprint'), t('sessions.family'), t('chain.sessions'), t('chain.sources'), t('col.first'), t('col.last'), t('chain.example')],
      rows: d.loaders.map(l => [
        html`<a class="address" href=${href('/sessions', {fingerprint: l.fingerprint})}>${l.fingerprint}</a>`, familyName(l.family), count(l.sessions), count(l.sources), moment(l.first), moment(l.last),
        html`${sessionLink({session: l.example, sensor: l.sensor}, t('chain.show'))}`,
      ]),
    })} .csv=${csv('chain', {by: null, table: 'loaders'})} .counted=${d.counted} .note=${t('chain.loaders.note')}></teiten-figure>`;
  }
}

customElements.define('teiten-chain', ChainScreen);
