// "How counted": what stands behind every figure.

import {html} from 'lit';
import type {Counted, SessionsCounted} from '../api';
import {count, duration, moment, t} from '../words';

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

function packetsCounted(c: Counted) {
  return html`
    <details class="counted">
      <summary>${t('counted.title')}</summary>
      <dl>
        <dt>${t('counted.sensors')}</dt><dd>${c.sensors.join(', ')}</dd>
        <dt>${t('counted.addresses')}</dt>
        <dd>${count(c.addresses)} (${c.addresses_inferred ? t('counted.inferred') : t('counted.given')})</dd>
        <dt>${t('counted.window')}</dt><dd>${moment(c.from)} – ${moment(c.to)}</dd>
        <dt>${t('counted.observed')}</dt><dd>${duration(c.observed_seconds)} (${t('counted.gapsout')})</dd>
        <dt>${t('counted.access')}</dt><dd>${t('counted.access.text')}</dd>
        <dt>${t('counted.rate')}</dt><dd>${t('counted.rate.text')}</dd>
        <dt>${t('counted.error')}</dt><dd>${t('counted.error.text')}</dd>
        <dt>${t('counted.marks')}</dt><dd>${t('counted.marks.text')}</dd>
      </dl>
    </details>`;
}
