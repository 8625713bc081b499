// One scan event: its course, its evidence, and what the sensor could not see.

import {html} from 'lit';
import {base, gaps, look, onAxis, timeAxis, tip, valueAxis, type Option} from '../charts';
import {csv, get, type CountStep, type EventFrame, type KnownScanner, type ScanEvent} from '../api';
import {about, clock, count, day, duration, moment, percent, rate, t} from '../words';
import {here} from '../place';
import {Screen, tile} from '../parts/screen';
import {sourceLink} from '../parts/said';
import {frame, keyLink, knownScanner} from '../parts/events';
import {howEvents} from '../parts/counted';
import '../parts/figure';

interface Data extends EventFrame {
  event: ScanEvent;
  timeline: CountStep[];
  scanner: KnownScanner;
}

/** Counts of equal steps as columns. */
export function steps(line: CountStep[], end: string, what: string): Option {
  const l = look();
  const width = line.length > 1 ? Date.parse(line[1].start) - Date.parse(line[0].start) : 1000;
  const seen = line.map(s => ({start: s.start, end: new Date(Date.parse(s.start) + width).toISOString(), observed: s.observed}));
  return {
    ...base(),
    grid: {left: 64, right: 24, top: 14, bottom: 28},
    tooltip: {...base().tooltip, formatter: (p: any) => {
      const s = line[p[0]?.dataIndex ?? 0];
      return tip(`${day(s.start)} ${clock(s.start)}`, s.observed === 0 ? [] : [[what, rate(s.count)]], s.observed === 0 ? t('gap.long') : undefined);
    }},
    xAxis: timeAxis(onAxis(line[0].start), Math.max(onAxis(end), onAxis(line.at(-1)!.start) + width)),
    yAxis: valueAxis(),
    series: [{type: 'bar', name: what, barMaxWidth: 14, itemStyle: {color: l.series[0]}, data: line.map(s => [onAxis(s.start) + width / 2, s.count]), markArea: gaps(seen)}],
  };
}

export class EventScreen extends Screen<Data> {
  private asked() {
    const q = here().q;
    return {source: q.get('source'), key: q.get('key'), start: q.get('start'), by: null, from: null, to: null, scanners: null};
  }

  protected load(): Promise<Data> {
    return get<Data>('event', this.asked());
  }

  protected show(d: Data) {
    const e = d.event;
    const seconds = (Date.parse(e.end) - Date.parse(e.start)) / 1000;
    const marks = Object.entries(e.marks).filter(([, n]) => n > 0);
    return html`
      <h1>${t('event.of')} <span class="address">${sourceLink(e.source)}</span> ${t('event.at')} ${keyLink(e)}</h1>
      <dl class="tiles">
        ${tile(t('col.packets'), count(e.packets), t('event.seen', e.sensor))}
        ${tile(t('col.targets'), about(e.targets, e.targets_error), e.ports === 1 ? t('event.port') : t('event.ports', count(e.ports)))}
        ${tile(t('event.rate'), e.rate_ipv4_pps === null ? '–' : html`${rate(e.rate_ipv4_pps)} <span class="unit">${t('unit.pps')}</span>`, e.rate_ipv4_pps === null ? t('event.norate') : t('event.rate.note'))}
        ${tile(t('events.length'), duration(seconds), html`${moment(e.start)}<br>${moment(e.end)}`)}
      </dl>
      ${frame(d)}
      <div class="grid">
        <div class="full"><teiten-figure .heading=${t('event.timeline')} .unit=${t('unit.packets')} .summary=${t('event.timeline.note')} size="medium"
          .chart=${() => steps(d.timeline, e.end, t('col.packets'))}
          .cells=${() => ({columns: [t('col.time'), t('col.packets')], rows: d.timeline.map(s => [`${day(s.start)} ${clock(s.start)}`, s.observed === 0 ? t('gap.short') : rate(s.count)])})}
          .csv=${csv('event', this.asked())} .how=${howEvents(d.counted, d.limits, 'events')}></teiten-figure></div>
        <div class="half"><section class="panel" aria-labelledby="event-evidence"><h2 id="event-evidence">${t('event.evidence')}</h2>
          <ul class="evidence">
            ${marks.map(([name, n]) => html`<li><strong>${t(`mark.${name}`)}</strong> ${t('source.mark', count(n), percent(n / e.packets))} ${t(`mark.${name}.evidence`)}</li>`)}
            ${marks.length ? '' : html`<li>${t('source.nomarks')}</li>`}
            <li>TTL ${e.ttl_min === e.ttl_max ? e.ttl_min : `${e.ttl_min}–${e.ttl_max}`}</li>
            ${e.syn_shapes.map(s => html`<li>SYN: <span class="address">${s}</span></li>`)}
          </ul></section></div>
        <div class="half"><section class="panel" aria-labelledby="event-scanner"><h2 id="event-scanner">${t('scanner.title')}</h2>${knownScanner(d.scanner)}</section></div>
      </div>`;
  }
}

customElements.define('teiten-event', EventScreen);
