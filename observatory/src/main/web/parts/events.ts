// What the screens about events, victims and campaigns share.

import {html, nothing} from 'lit';
import type {EventFrame, KnownScanner, ScanEvent, Victim} from '../api';
import {href} from '../place';
import {about, count, duration, moment, percent, portName, rate, service, t} from '../words';
import {limit, victimLimit} from './counted';
import {portLink} from './screen';

/** The port of an event, or how many it touched. */
export function keyName(e: {key?: string; port?: string; ports?: number}): string {
  const key = e.key ?? e.port ?? '';
  return key.startsWith('many/') ? t('events.many', e.ports ?? '', key.slice(5).toUpperCase()) : portName(key);
}

export function keyLink(e: {key?: string; port?: string; ports?: number}) {
  const key = e.key ?? e.port ?? '';
  return key.startsWith('many/') ? html`${e.ports ? keyName(e) : t('campaign.many', key.slice(5).toUpperCase())}` : portLink(key);
}

export function eventLink(e: ScanEvent, text: unknown) {
  return html`<a href=${href('/event', {source: e.source, key: e.key, start: e.start, sensor: e.sensor, scanners: null})}>${text}</a>`;
}

/** Marks that a tenth of the packets bear: less may be chance. */
export function borne(marks: Record<string, number>, packets: number): string {
  return Object.entries(marks).filter(([, n]) => n * 10 >= packets && n > 0).map(([name]) => t(`mark.${name}`)).join(t('comma')) || '–';
}

/** The services that were attacked, as far as their answers tell. */
export function attacked(v: Victim): string {
  return v.services.slice(0, 3).map(s => portName(s) + (service(s) ? ` ${service(s)}` : '')).join(t('comma')) + (v.services.length > 3 ? ' …' : '');
}

export function attackColumns(): string[] {
  return [t('victims.services'), t('events.start'), t('victims.end'), t('events.length'), t('victims.answers'), t('victims.busiest'), t('victims.rate'), t('victims.whole'), t('col.sensor')];
}

/** One attack as a row of a table. */
export function attack(v: Victim): string[] {
  return [
    attacked(v), moment(v.start), moment(v.end), duration((Date.parse(v.end) - Date.parse(v.start)) / 1000), count(v.packets),
    count(v.busiest_minute), `${rate(v.rate_ipv4_pps)} ± ${percent(v.error)}`, about(v.answers_ipv4, v.error), v.sensor,
  ];
}

/** The sensors' detection limits, and whether all that is stored is in the answer. */
export function frame(d: EventFrame, about: 'events' | 'victims' = 'events') {
  return html`
    ${d.up_to_date ? nothing : html`<p class="hidden-note" role="status">${t('events.behind')}</p>`}
    <section class="panel limits-line" aria-label=${t('limit.title')}><h2>${t('limit.title')}</h2>
      ${d.limits.map(l => html`<p class="summary">${about === 'victims' ? victimLimit(l) : limit(l)}</p>`)}</section>`;
}

/** What is known of a source as an investigator, with the evidence. */
export function knownScanner(k: KnownScanner) {
  if (!k.lists.length && !k.hits.length) return html`<p>${t('scanner.none')}</p>`;
  return html`<ul class="evidence">
      ${k.lists.map(l => html`<li><strong>${t('scanner.list', l.list)}</strong> ${l.version ? t('scanner.version', l.version) : ''} ${t('scanner.entry')} <span class="address">${l.entry}</span></li>`)}
      ${k.hits.slice(0, 4).map(h => html`<li><strong>${t('scanner.hitter', percent(h.share))}</strong> ${t('scanner.reached', about(h.targets, h.targets_error), about(h.addresses, 0), h.sensor)}
        ${h.port ? t('scanner.event', portName(h.port), service(h.port)) : t('scanner.day')} ${moment(h.start)}${h.infected ? html`. ${t('scanner.infected')}` : ''}</li>`)}
      ${k.hits.length > 4 ? html`<li>${t('scanner.more', k.hits.length - 4)}</li>` : nothing}
    </ul><p class="note">${t('scanner.note')}</p>`;
}
