// Victims of denial of service whose answers to forged senders reached the sensors.

import {html, nothing} from 'lit';
import {csv, get, type VictimsAnswer} from '../api';
import {count, duration, moment, percent, rate, t} from '../words';
import {here, sameScreen} from '../place';
import {Screen, tile} from '../parts/screen';
import {sourceLink} from '../parts/said';
import {attack, attackColumns, attacked, frame} from '../parts/events';
import {howEvents} from '../parts/counted';
import '../parts/figure';

const PAGE = 50;

export class VictimsScreen extends Screen<VictimsAnswer> {
  protected load(): Promise<VictimsAnswer> {
    return get<VictimsAnswer>('victims', {by: null, limit: String(PAGE), skip: here().q.get('skip') ?? '0'});
  }

  protected show(d: VictimsAnswer) {
    const last = Math.min(d.skip + d.victims.length, d.total);
    const top = d.victims[0];
    return html`<h1>${t('victims.title')}</h1>
      <p class="note lead">${t('victims.lead')}</p>
      <dl class="tiles">
        ${tile(t('victims.attacks'), count(d.total), t('victims.attacks.note'))}
        ${tile(t('victims.most'), top ? html`<span class="address-big">${sourceLink(top.victim)}</span>` : '–', top ? attacked(top) : '')}
        ${tile(t('victims.flood'), top ? html`${rate(top.rate_ipv4_pps)} <span class="unit">${t('unit.pps')}</span>` : '–', top ? t('victims.flood.note', percent(top.error)) : '')}
        ${tile(t('victims.length'), top ? duration((Date.parse(top.end) - Date.parse(top.start)) / 1000) : '–', top ? moment(top.start) : '')}
      </dl>
      ${frame(d, 'victims')}
      <teiten-figure .heading=${t('victims.list')} .unit=${d.total ? t('events.shown', count(d.skip + 1), count(last), count(d.total)) : ''}
        .summary=${d.total ? '' : t('victims.none')}
        .cells=${() => ({
          text: [1, 2, 3, 9],
          columns: [t('victims.victim'), ...attackColumns()],
          rows: d.victims.map(v => [sourceLink(v.victim), ...attack(v)]),
        })} .csv=${csv('victims', {by: null, limit: '0'})} .how=${howEvents(d.counted, d.limits, 'victims')} .note=${t('victims.note')}></teiten-figure>
      <nav class="pages" aria-label=${t('events.pages')}>
        ${d.skip > 0 ? html`<a class="button" href=${sameScreen({skip: d.skip > PAGE ? String(d.skip - PAGE) : null})}>${t('events.larger')}</a>` : nothing}
        ${last < d.total ? html`<a class="button" href=${sameScreen({skip: String(d.skip + PAGE)})}>${t('events.smaller')}</a>` : nothing}
      </nav>`;
  }
}

customElements.define('teiten-victims', VictimsScreen);
