// One campaign: what its sources have in common, when they began, how likely that is by chance, and who they are.

import {html} from 'lit';
import {csv, get, type Campaign, type CountStep, type EventFrame} from '../api';
import {clock, count, day, duration, moment, percent, rate, t} from '../words';
import {here} from '../place';
import {Screen, tile} from '../parts/screen';
import {bar} from '../parts/bar';
import {sourceLink} from '../parts/said';
import {frame, keyLink} from '../parts/events';
import {howEvents} from '../parts/counted';
import {portNames, shapeName} from './campaigns';
import {steps} from './event';
import '../parts/figure';

interface Data extends EventFrame {
  campaign: Campaign;
  onsets: CountStep[];
  members: {source: string; onset: string; packets: number; ports: number}[];
}

function probability(p: number): string {
  return p < 1e-300 ? '< 10⁻³⁰⁰' : `≤ ${p.toExponential(0).replace('e-', '·10⁻').replace(/⁻(\d+)/, (_, n: string) => '⁻' + [...n].map(c => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(c)]).join(''))}`;
}

export class CampaignScreen extends Screen<Data> {
  protected load(): Promise<Data> {
    return get<Data>(`campaign/${here().campaign}`, {by: null, from: null, to: null, scanners: null});
  }

  protected show(d: Data) {
    const c = d.campaign;
    return html`<h1>${t('campaign.heading')} ${portNames(c)} <span class="service">${c.id}</span></h1>
      <dl class="tiles">
        ${tile(t('col.sources'), count(c.sources), t('campaign.packets', count(c.packets)))}
        ${tile(t('campaign.spread'), duration((Date.parse(c.last) - Date.parse(c.first)) / 1000), html`${moment(c.first)}<br>${moment(c.last)}`)}
        ${tile(t('campaigns.expected'), rate(c.expected), t('campaign.expected.note'))}
        ${tile(t('campaign.chance'), probability(c.chance), t('campaign.chance.note'))}
      </dl>
      ${frame(d)}
      <div class="grid">
        <div class="full"><teiten-figure .heading=${t('campaign.onsets')} .unit=${t('unit.onsets')} .summary=${t('campaign.middle', moment(c.middle)) + (d.onsets.some(o => o.observed < 1) ? ' ' + t('campaign.gap') : '')} size="medium"
          .chart=${() => steps(d.onsets, c.to, t('col.sources'))}
          .cells=${() => ({columns: [t('col.time'), t('col.sources')], rows: d.onsets.map(s => [`${day(s.start)} ${clock(s.start)}`, count(s.count)])})}
          .how=${howEvents(d.counted, d.limits, 'campaigns')}></teiten-figure></div>
        <div class="half"><section class="panel" aria-labelledby="equal"><h2 id="equal">${t('campaign.equal')}</h2>
          <dl class="counted-like">
            <dt>${t('campaign.mark')}</dt><dd>${c.mark ? html`${t(`mark.${c.mark}`)}: ${t(`mark.${c.mark}.evidence`)}` : t('events.unmarked')}</dd>
            <dt>${t('campaign.system')}</dt><dd>${t(`os.${c.system}`)} (${t(`os.${c.system}.evidence`)})</dd>
            <dt>${t('campaigns.shape')}</dt><dd>${shapeName(c)}</dd>
            <dt>${t('campaigns.elsewhere')}</dt><dd>${t('campaign.elsewhere', count(c.elsewhere))}</dd>
            <dt>${t('col.sensor')}</dt><dd>${c.sensors.join(t('comma'))}</dd>
          </dl><p class="note">${t('campaigns.note')}</p></section></div>
        <div class="half"><teiten-figure .heading=${t('campaign.ports')} .cells=${() => ({
          columns: [t('events.port'), t('col.sources'), t('col.share'), '', t('campaigns.expected')],
          rows: c.ports.map(p => [keyLink(p), count(p.sources), percent(p.sources / c.sources), html`${bar(p.sources / c.sources)}`, rate(p.expected)]),
        })} .how=${howEvents(d.counted, d.limits, 'campaigns')}></teiten-figure></div>
        <div class="full"><teiten-figure .heading=${t('campaign.sources')} .unit=${t('events.shown', '1', count(d.members.length), count(c.sources))} .cells=${() => ({
          columns: [t('col.source'), t('campaign.onset'), t('col.packets'), t('col.ports')],
          rows: d.members.map(m => [sourceLink(m.source), moment(m.onset), count(m.packets), count(m.ports)]),
        })} .csv=${csv(`campaign/${c.id}`, {by: null, from: null, to: null})} .how=${howEvents(d.counted, d.limits, 'campaigns')} .note=${t('source.limits')}></teiten-figure></div>
      </div>`;
  }
}

customElements.define('teiten-campaign', CampaignScreen);
