// Source: what one address did, what that rests on, and what it does not prove.

import {html, nothing} from 'lit';
import {base, look, tip, valueAxis, type Option} from '../charts';
import {csv, get, type Counted, type EventsAnswer, type Os, type SourceLine, type SourceReport, type VictimsAnswer} from '../api';
import {about, count, duration, moment, percent, portName, rate, t} from '../words';
import {go, here, href} from '../place';
import {attack, attackColumns, borne, eventLink, keyLink, knownScanner} from '../parts/events';
import {howEvents} from '../parts/counted';
import {Screen, portLink, tile} from '../parts/screen';
import '../parts/figure';

interface Data {
  report: SourceReport | null;
  events: EventsAnswer | null;
  attacks: VictimsAnswer | null;
  top: {sources: SourceLine[]; counted: Counted} | null;
}

const INITIAL: Record<string, number> = {linux: 64, windows: 128, other: 255};

function osSentence(os: Os): string {
  if (os.ttl_max === 0) return t('os.nottl');
  const range = os.ttl_min === os.ttl_max ? `${os.ttl_min}` : `${os.ttl_min}–${os.ttl_max}`;
  const initial = INITIAL[os.guess];
  return initial
    ? t('os.reason', range, initial, t(`os.${os.guess}`), os.ttl_min === os.ttl_max ? initial - os.ttl_min : `${initial - os.ttl_max}–${initial - os.ttl_min}`)
    : t('os.unclear.reason', range);
}

export class SourceScreen extends Screen<Data> {
  protected async load(): Promise<Data> {
    const address = here().source;
    if (!address) return {report: null, events: null, attacks: null, top: await get('sources', {limit: '25', by: null})};
    const [report, events, attacks] = await Promise.all([
      get<SourceReport>(`source/${encodeURIComponent(address)}`, {by: null}),
      get<EventsAnswer>('events', {by: null, scanners: null, source: address, limit: '50'}),
      get<VictimsAnswer>('victims', {by: null, scanners: null, source: address, limit: '50'}),
    ]);
    return {report, events, attacks, top: null};
  }

  render() {
    return html`<h1>${here().source ? html`${t('source.title')} <span class="address">${here().source}</span>` : t('source.search')}</h1>
      <form class="search" role="search" @submit=${this.search}>
        <label for="address">${t('source.address')}</label>
        <input id="address" name="address" size="30" .value=${here().source} placeholder="192.0.2.1" autocomplete="off" spellcheck="false">
        <button type="submit">${t('source.go')}</button>
      </form>
      ${super.render()}`;
  }

  private search(e: Event) {
    e.preventDefault();
    const input = (e.target as HTMLFormElement).elements.namedItem('address') as HTMLInputElement;
    const typed = input.value.trim();
    if (typed) go(href(`/source/${encodeURIComponent(typed)}`));
  }

  protected show(d: Data) {
    return d.report ? this.report(d.report) : d.top ? this.top(d.top) : nothing;
  }

  private top(d: NonNullable<Data['top']>) {
    return html`<teiten-figure .heading=${t('source.top')} .cells=${() => ({
      text: [6, 7],
      columns: [t('col.source'), t('col.packets'), t('col.accesses'), t('col.backscatter'), t('col.targets'), t('col.ports'), t('col.marks'), t('os.system'), t('col.last')],
      rows: d.sources.map(s => [
        html`<a href=${href(`/source/${s.source}`)}>${s.source}</a>`, count(s.packets), count(s.accesses), count(s.backscatter), about(s.targets, s.targets_error), count(s.ports),
        borne(s.marks, s.packets), html`<span title=${osSentence(s.os)}>${t(`os.${s.os.guess}`)}</span>`, moment(s.last),
      ]),
    })} .csv=${csv('sources', {limit: '0', by: null})} .counted=${d.counted} .note=${t('source.limits')}></teiten-figure>`;
  }

  private report(r: SourceReport) {
    if (!r.packets || r.first === null || r.last === null) {
      return html`<p class="verdict">${t('source.unseen', r.source)}</p><p class="note">${t('source.unseen.note')}</p>
        ${r.counted.sources_from ? html`<p class="note">${t('counted.sources_from.text', moment(r.counted.sources_from))}</p>` : nothing}`;
    }
    const marks = Object.entries(r.marks).filter(([, n]) => n > 0);
    return html`
      <dl class="tiles">
        ${tile(t('col.accesses'), count(r.accesses), t('source.packets', count(r.packets), count(r.backscatter)))}
        ${tile(t('col.targets'), about(r.targets, r.targets_error), t('source.targets.note', count(r.counted.addresses)))}
        ${tile(t('col.ports'), count(r.accessed_ports), r.accessed_ports ? r.ports.filter(p => p.accesses > 0).slice(0, 4).map(p => portName(p.port)).join(t('comma')) : t('source.noports'))}
        ${tile(t('source.os'), t(`os.${r.os.guess}`), osSentence(r.os))}
      </dl>
      <div class="grid">
        <div class="half"><section class="panel" aria-labelledby="times"><h2 id="times">${t('source.times')}</h2>
          <div class="scroll whole" tabindex="0" role="region" aria-labelledby="times"><table><thead><tr><th scope="col"></th><th scope="col">JST</th><th scope="col">UTC</th></tr></thead><tbody>
            <tr><th scope="row">${t('col.first')}</th><td>${moment(r.first, 'Asia/Tokyo')}</td><td>${moment(r.first, 'UTC')}</td></tr>
            <tr><th scope="row">${t('col.last')}</th><td>${moment(r.last, 'Asia/Tokyo')}</td><td>${moment(r.last, 'UTC')}</td></tr>
          </tbody></table></div><p class="note">${t('source.times.note')}</p></section></div>
        <div class="half"><section class="panel" aria-labelledby="marks"><h2 id="marks">${t('source.marks')}</h2>
          ${marks.length
            ? html`<ul class="evidence">${marks.map(([name, n]) => html`<li><strong>${t(`mark.${name}`)}</strong> ${t(n === 1 ? 'source.mark.one' : 'source.mark', count(n), percent(n / r.packets))} ${t(`mark.${name}.evidence`)}${byChance(name, n, r.packets)}</li>`)}</ul>
                <p class="note">${t('source.rules', r.rules_version)}</p>`
            : html`<p>${t('source.nomarks')}</p>`}</section></div>
        ${r.scanner ? html`<div class="full"><section class="panel" aria-labelledby="known-scanner"><h2 id="known-scanner">${t('scanner.title')}</h2>${knownScanner(r.scanner)}</section></div>` : nothing}
        ${this.attacks()}
        <div class="full">${this.events()}</div>
        <div class="full">${this.ports(r)}</div>
        <div class="full">${this.days(r)}</div>
        <div class="full"><section class="panel limits" aria-labelledby="limits"><h2 id="limits">${t('limits')}</h2>
          <p>${t('source.limits')}</p></section></div>
      </div>`;
  }

  /** What came from a victim are answers, sent to forged senders: that is said before all else. */
  private attacks() {
    const d = this.data?.attacks;
    if (!d?.total) return nothing;
    return html`<div class="full"><teiten-figure .heading=${t('source.attacks')} .summary=${t('source.attacks.lead')}
      .cells=${() => ({text: [8], columns: attackColumns(), rows: d.victims.map(attack)})}
      .csv=${csv('victims', {by: null, scanners: null, source: here().source, limit: '0'})} .how=${howEvents(d.counted, d.limits, 'victims')} .note=${t('victims.note')}></teiten-figure></div>`;
  }

  private events() {
    const d = this.data?.events;
    if (!d) return nothing;
    return html`<teiten-figure .heading=${t('source.events')} .unit=${d.total ? t('events.shown', 1, count(d.events.length), count(d.total)) : ''} .summary=${d.total ? '' : t('events.none')}
      .cells=${() => ({
        text: [1, 6, 7],
        columns: [t('events.port'), t('events.start'), t('events.length'), t('col.packets'), t('col.targets'), t('events.rate'), t('col.sensor'), t('col.marks')],
        rows: d.events.map(e => [
          html`${keyLink(e)}`, html`${eventLink(e, moment(e.start))}`, duration((Date.parse(e.end) - Date.parse(e.start)) / 1000), count(e.packets),
          about(e.targets, e.targets_error), rate(e.rate_ipv4_pps), e.sensor, borne(e.marks, e.packets),
        ]),
      })} .csv=${csv('events', {by: null, scanners: null, source: here().source, limit: '0'})} .how=${howEvents(d.counted, d.limits, 'events')}></teiten-figure>`;
  }

  private ports(r: SourceReport) {
    return html`<teiten-figure .heading=${t('source.ports')}
      .unit=${r.all_ports > r.ports.length ? t('source.ports.shown', count(r.ports.length), count(r.all_ports)) : ''} .cells=${() => ({
      text: [4],
      columns: [t('col.port'), t('col.accesses'), t('col.packets'), t('col.targets'), t('col.marks'), t('col.first'), t('col.last')],
      rows: r.ports.map(p => [html`${portLink(p.port)}`, count(p.accesses), count(p.packets), about(p.targets, p.targets_error), borne(p.marks, p.packets), moment(p.first), moment(p.last)]),
    })} .csv=${csv(`source/${encodeURIComponent(r.source)}`, {by: null})} .counted=${r.counted}></teiten-figure>`;
  }

  private days(r: SourceReport) {
    const chart = (): Option => {
      const l = look();
      return {
        ...base(),
        grid: {left: 64, right: 24, top: 14, bottom: 28},
        tooltip: {...base().tooltip, formatter: (p: any) => {
          const d = r.days[p[0]?.dataIndex ?? 0];
          return tip(`${d.day} UTC`, [[t('col.accesses'), count(d.accesses)], [t('col.ports'), count(d.ports)]]);
        }},
        xAxis: {type: 'category', data: r.days.map(d => d.day), axisLabel: {color: l.soft, hideOverlap: true}, axisLine: {lineStyle: {color: l.soft}}},
        yAxis: valueAxis(),
        series: [{type: 'bar', name: t('col.accesses'), barMaxWidth: 36, itemStyle: {color: l.series[0]}, data: r.days.map(d => d.accesses)}],
      };
    };
    return html`<teiten-figure .heading=${t('source.days')} .unit=${t('source.days.unit')} size="small" .chart=${r.days.length > 1 && r.accesses ? chart : null} .cells=${() => ({
      text: [4, 6],
      columns: [t('col.day'), t('col.accesses'), t('col.packets'), t('col.ports'), t('col.marks'), 'TTL', t('os.system')],
      rows: r.days.map(d => [d.day, count(d.accesses), count(d.packets), count(d.ports), borne(d.marks, d.packets),
        d.os.ttl_min === d.os.ttl_max ? `${d.os.ttl_min}` : `${d.os.ttl_min}–${d.os.ttl_max}`, t(`os.${d.os.guess}`)]),
    })} .counted=${r.counted}></teiten-figure>`;
  }
}

/** How often an unrelated packet bears a mark; of many packets a few do. */
const CHANCE: Record<string, number> = {mirai: 2 ** -32, masscan: 2 ** -16, zmap: 2 ** -16};

function byChance(mark: string, marked: number, packets: number): string {
  return CHANCE[mark] && marked * 10 < packets ? ` ${t('source.mark.chance', rate(packets * CHANCE[mark]))}` : '';
}

customElements.define('teiten-source', SourceScreen);
