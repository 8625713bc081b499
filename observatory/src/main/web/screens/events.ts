// Scan events: who searched which port, when, how fast; with filters and the sensors' detection limits.

import {html, nothing} from 'lit';
import {csv, get, type EventsAnswer} from '../api';
import {about, count, duration, moment, rate, t} from '../words';
import {go, here, sameScreen} from '../place';
import {Screen} from '../parts/screen';
import {sourceLink} from '../parts/said';
import {borne, eventLink, frame, keyLink} from '../parts/events';
import {howEvents} from '../parts/counted';
import '../parts/figure';

const PAGE = 50;
const FILTERS = ['port', 'protocol', 'mark', 'source'];
const AGAIN = 4000;

function filters(): Record<string, string | null> {
  const q = here().q;
  return Object.fromEntries(FILTERS.map(name => [name, q.get(name)]));
}

export class EventsScreen extends Screen<EventsAnswer> {
  protected async load(): Promise<EventsAnswer> {
    const answer = await get<EventsAnswer>('events', {...filters(), by: null, limit: String(PAGE), skip: here().q.get('skip') ?? '0'});
    if (!answer.up_to_date) setTimeout(() => this.isConnected && void this.renew(), AGAIN);
    return answer;
  }

  render() {
    return html`<h1>${t('events.title')}</h1>${this.form()}${super.render()}`;
  }

  private form() {
    const q = here().q;
    const choose = (name: string, values: string[], label: (v: string) => string) => html`
      <label>${t(`events.by.${name}`)}
        <select name=${name} @change=${(e: Event) => this.set(name, (e.target as HTMLSelectElement).value)}>
          <option value="" .selected=${!q.get(name)}>${t('sessions.any')}</option>
          ${values.map(v => html`<option value=${v} .selected=${q.get(name) === v}>${label(v)}</option>`)}
        </select></label>`;
    const type = (name: string, size: number, example: string) => html`
      <label>${t(`events.by.${name}`)}
        <input name=${name} size=${size} maxlength="60" .value=${q.get(name) ?? ''} placeholder=${example} autocomplete="off" spellcheck="false"
          @change=${(e: Event) => this.set(name, this.typed(name, (e.target as HTMLInputElement).value.trim()))}></label>`;
    return html`<form class="controls" role="search" aria-label=${t('events.filter')} @submit=${(e: Event) => e.preventDefault()}>
      ${type('port', 10, '23/tcp')}
      ${choose('protocol', ['tcp', 'udp', 'icmp', 'icmp6'], v => v.toUpperCase())}
      ${choose('mark', ['mirai', 'masscan', 'zmap', 'zmap4', 'none'], v => (v === 'none' ? t('events.unmarked') : t(`mark.${v}`)))}
      ${type('source', 16, '192.0.2.1')}
      ${FILTERS.some(name => q.get(name)) ? html`<button type="button" @click=${() => go(sameScreen({...Object.fromEntries(FILTERS.map(f => [f, null])), skip: null}))}>${t('sessions.clear')}</button>` : nothing}
    </form>`;
  }

  private typed(name: string, text: string): string {
    return name === 'port' && text && !text.includes('/') ? `${text}/tcp` : text.toLowerCase();
  }

  private set(name: string, value: string) {
    go(sameScreen({[name]: value, skip: null}));
  }

  protected show(d: EventsAnswer) {
    const last = Math.min(d.skip + d.events.length, d.total);
    return html`
      ${frame(d)}
      <teiten-figure .heading=${t('events.list')} .unit=${d.total ? t('events.shown', count(d.skip + 1), count(last), count(d.total)) : ''}
        .summary=${d.total ? '' : t('events.none')}
        .cells=${() => ({
          text: [1, 2, 7, 8],
          columns: [t('events.port'), t('col.source'), t('events.start'), t('events.length'), t('col.packets'), t('col.targets'), t('events.rate'), t('col.sensor'), t('col.marks')],
          rows: d.events.map(e => [
            html`${keyLink(e)}`, sourceLink(e.source), html`${eventLink(e, moment(e.start))}`, duration((Date.parse(e.end) - Date.parse(e.start)) / 1000),
            count(e.packets), about(e.targets, e.targets_error), rate(e.rate_ipv4_pps), e.sensor, borne(e.marks, e.packets),
          ]),
        })} .csv=${csv('events', {...filters(), by: null, limit: '0'})} .how=${howEvents(d.counted, d.limits, 'events')} .note=${t('events.note')}></teiten-figure>
      <nav class="pages" aria-label=${t('events.pages')}>
        ${d.skip > 0 ? html`<a class="button" href=${sameScreen({skip: d.skip > PAGE ? String(d.skip - PAGE) : null})}>${t('events.larger')}</a>` : nothing}
        ${last < d.total ? html`<a class="button" href=${sameScreen({skip: String(d.skip + PAGE)})}>${t('events.smaller')}</a>` : nothing}
      </nav>`;
  }
}

customElements.define('teiten-events', EventsScreen);
