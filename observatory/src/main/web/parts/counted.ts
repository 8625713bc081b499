// "How counted": what stands behind every figure.

import {html, type TemplateResult} from 'lit';
import type {Counted, Limit, SessionsCounted} from '../api';
import {count, duration, moment, rate, t} from '../words';

/** How scan events, victims and campaigns are told. */
export function howEvents(c: Counted, limits: Limit[], about: 'events' | 'victims' | 'campaigns') {
  return html`
    <details class="counted">
      <summary>${t('counted.title')}</summary>
      <dl>
        <dt>${t('counted.window')}</dt><dd>${moment(c.from)} – ${moment(c.to)} (${t('counted.overlap')})</dd>
        <dt>${t(`counted.${about}`)}</dt><dd>${t(`counted.${about}.text`)}</dd>
        ${about === 'victims' ? '' : html`<dt>${t('counted.joined')}</dt><dd>${t('counted.joined.text')}</dd>`}
        <dt>${t('counted.ipv4')}</dt><dd>${t(`counted.ipv4.${about}`)}</dd>
        <dt>${t('limit.title')}</dt><dd>${limits.map(l => html`<div>${about === 'victims' ? victimLimit(l) : limit(l)}</div>`)}</dd>
        ${c.sources_from ? html`<dt>${t('counted.sources_from')}</dt><dd>${t('counted.sources_from.text', moment(c.sources_from))}</dd>` : ''}
        ${c.scanners ? html`<dt>${t('scanners')}</dt><dd>${t(`scanners.${c.scanners}`)}</dd>` : ''}
        <dt>${t('counted.error')}</dt><dd>${t('counted.error.text')}</dd>
      </dl>
    </details>`;
}

/** What a sensor can see of scans, in a sentence. */
export function limit(l: Limit): string {
  return t('limit.one', l.sensor, (l.addresses_inferred ? '≈ ' : '') + count(l.addresses), duration(l.timeout_s), count(l.fewest_targets), rate(l.detection_limit_pps));
}

/** What a sensor can see of attacks on others, in a sentence. */
export function victimLimit(l: Limit): string {
  return t('limit.victims', l.sensor, (l.addresses_inferred ? '≈ ' : '') + count(l.addresses), rate(l.victim_limit_pps));
}

export function howCounted(c: Counted | SessionsCounted) {
  return 'all_sessions' in c ? sessionsCounted(c) : packetsCounted(c);
}

function sessionsCounted(c: SessionsCounted) {
  return html`
    <details class="counted">
      <summary>${t('counted.title')}</summary>
      <dl>
        <dt>${t('counted.sensors')}</dt><dd>${c.sensors.join(', ') || '–'}</dd>
        <dt>${t('counted.window')}</dt><dd>${moment(c.from)} – ${moment(c.to)}</dd>
        <dt>${t('counted.sessions')}</dt>
        <dd>${c.sessions === c.all_sessions ? t('counted.sessions.all', count(c.sessions), count(c.sources)) : t('counted.sessions.some', count(c.sessions), count(c.all_sessions), count(c.sources))}</dd>
        <dt>${t('counted.session')}</dt><dd>${t('counted.session.text')}</dd>
        <dt>${t('counted.step')}</dt><dd>${t('counted.step.text')}</dd>
        <dt>${t('counted.family')}</dt><dd>${t('counted.family.text')}</dd>
        <dt>${t('counted.cpu')}</dt><dd>${t('counted.cpu.text')}</dd>
        <dt>${t('counted.readings')}</dt><dd>${t('counted.readings.text', count(c.readings))}</dd>
      </dl>
    </details>`;
}

/** How packets are told apart into classes. */
export function howClasses(c: Counted) {
  return packetsCounted(c, html`<dt>${t('counted.classes')}</dt><dd>${t('counted.classes.text')}</dd>`);
}

function packetsCounted(c: Counted, more: TemplateResult | '' = '') {
  return html`
    <details class="counted">
      <summary>${t('counted.title')}</summary>
      <dl>
        <dt>${t('counted.sensors')}</dt><dd>${c.sensors.join(', ')}</dd>
        <dt>${t('counted.addresses')}</dt>
        <dd>${count(c.addresses)} (${c.addresses_inferred ? t('counted.inferred') : t('counted.given')})</dd>
        <dt>${t('counted.window')}</dt><dd>${moment(c.from)} – ${moment(c.to)}</dd>
        <dt>${t('counted.observed')}</dt><dd>${duration(c.observed_seconds)} (${t('counted.gapsout')})</dd>
        ${c.sources_from ? html`<dt>${t('counted.sources_from')}</dt><dd>${t('counted.sources_from.text', moment(c.sources_from))}</dd>` : ''}
        ${c.scanners ? html`<dt>${t('scanners')}</dt><dd>${t(`counted.scanners.${c.scanners}`)}</dd>` : ''}
        ${more}
        <dt>${t('counted.access')}</dt><dd>${t('counted.access.text')}</dd>
        <dt>${t('counted.rate')}</dt><dd>${t('counted.rate.text')}</dd>
        <dt>${t('counted.error')}</dt><dd>${t('counted.error.text')}</dd>
        <dt>${t('counted.marks')}</dt><dd>${t('counted.marks.text')}</dd>
      </dl>
    </details>`;
}
