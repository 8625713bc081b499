// Campaigns: groups of sources that look alike and began together.

import {html} from 'lit';
import {csv, get, type Campaign, type EventFrame} from '../api';
import {count, moment, portName, rate, t} from '../words';
import {href} from '../place';
import {Screen} from '../parts/screen';
import {frame} from '../parts/events';
import {howEvents} from '../parts/counted';
import '../parts/figure';

interface Data extends EventFrame {
  campaigns: Campaign[];
}

export function portNames(c: Campaign): string {
  const names = c.ports.map(p => (p.port.startsWith('many/') ? t('campaign.many', p.port.slice(5).toUpperCase()) : portName(p.port)));
  return names.slice(0, 4).join(t('comma')) + (names.length > 4 ? ' …' : '');
}

export function shapeName(c: Campaign): string {
  return c.syn_shape || t('campaign.anyshape');
}

export class CampaignsScreen extends Screen<Data> {
  protected load(): Promise<Data> {
    return get<Data>('campaigns', {by: null, scanners: null});
  }

  protected show(d: Data) {
    return html`<h1>${t('campaigns.title')}</h1>
      <p class="note lead">${t('campaigns.lead')}</p>
      ${frame(d)}
      <teiten-figure .heading=${t('campaigns.list')} .summary=${d.campaigns.length ? '' : t('campaigns.none')}
        .cells=${() => ({
          text: [2, 3],
          columns: [t('campaigns.ports'), t('col.sources'), t('campaigns.equal'), t('campaigns.shape'), t('campaigns.first'), t('campaigns.last'), t('campaigns.expected'), t('campaigns.elsewhere')],
          rows: d.campaigns.map(c => [
            html`<a href=${href(`/campaigns/${c.id}`)}>${portNames(c)}</a>`, count(c.sources),
            `${c.mark ? t(`mark.${c.mark}`) : t('events.unmarked')}${t('comma')}${t(`os.${c.system}`)}`, shapeName(c), moment(c.first), moment(c.last), rate(c.expected), count(c.elsewhere),
          ]),
        })} .csv=${csv('campaigns', {by: null})} .how=${howEvents(d.counted, d.limits, 'campaigns')} .note=${t('campaigns.note')}></teiten-figure>`;
  }
}

customElements.define('teiten-campaigns', CampaignsScreen);
