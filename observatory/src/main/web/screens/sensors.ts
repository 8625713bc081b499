// Sensors: what was read, that the counters add up, and when a sensor saw nothing.

import {html, nothing, svg} from 'lit';
import {csv, fetchJson, type Sensor} from '../api';
import {about, bytes, count, duration, known, moment, percent, t} from '../words';
import {Screen, tile} from '../parts/screen';
import {bar} from '../parts/bar';

/** Why reading ended early, in the language of the page where it has words for it; what a library said stays as it is. */
function damage(reason: string): string {
  const [, phrase, rest] = /^([^:(]+?)((?:: | \()[^]*)?$/.exec(reason) ?? [reason, reason, ''];
  const numbers: string[] = [];
  const key = `damage.${phrase.replace(/\d(?:[\d.,]*\d)?/g, n => `{${numbers.push(n) - 1}}`)}`;
  return known(key) === null ? reason : t(key, ...numbers) + (rest ?? '');
}

/** Packets that came and are in no figure. */
const lost = (s: Sensor) => (s.capture ? s.capture.lost.kernel + s.capture.lost.interface + s.capture.lost.teiten : 0);

export class Sensors extends Screen<Sensor[]> {
  protected async load(): Promise<Sensor[]> {
    return (await fetchJson<{sensors: Sensor[]}>('/api/v1/sensors')).sensors;
  }

  protected show(sensors: Sensor[]) {
    return html`<h1>${t('sensors.title')}</h1>
      <p class="note lead"><a href=${csv('sensors', {from: null, to: null, by: null})} download>${t('sensors.csv.imports')}</a> ·
        <a href=${csv('sensors', {from: null, to: null, by: null, table: 'gaps'})} download>${t('sensors.csv.gaps')}</a></p>
      ${sensors.map((s, i) => this.sensor(s, i))}`;
  }

  private sensor(s: Sensor, i: number) {
    return html`
      <section class="panel sensor" aria-labelledby=${`sensor-${i}`}>
        <h2 id=${`sensor-${i}`}>${s.name}${s.demo ? html` <span class="demo-tag">DEMO</span>` : nothing}</h2>
        <dl class="tiles">
          ${tile(t('sensors.addresses'), s.addresses_inferred ? about(s.addresses, s.addresses_error) : count(s.addresses),
            s.addresses_inferred ? t('sensors.inferred') : html`${t('sensors.given')} ${s.prefixes.join(', ')}`)}
          ${tile(t('sensors.span'), s.first ? duration((Date.parse(s.last!) - Date.parse(s.first)) / 1000) : '–', s.first ? html`${moment(s.first)}<br>${moment(s.last)}` : '')}
          ${tile(t('col.packets'), count(s.packets), t('sensors.files', s.imports.length))}
          ${tile(t('sensors.gaps'), count(s.gaps.length), s.gaps.length ? duration(s.gaps.reduce((sum, g) => sum + (Date.parse(g.to) - Date.parse(g.from)) / 1000, 0)) : t('sensors.nogaps'))}
        </dl>
        ${this.strip(s)}
        ${s.closed_early ? html`<p class="note early"><strong>${t('sensors.early', count(s.closed_early))}</strong> ${t('sensors.early.text')}</p>` : nothing}
        ${this.capture(s)}
        <div class="grid">
          <div class="half">${this.counters(s)}</div>
          <div class="half">${this.gaps(s)}</div>
        </div>
        ${this.files(s)}
      </section>`;
  }

  private strip(s: Sensor) {
    if (!s.first || !s.last) return nothing;
    const from = Date.parse(s.first);
    const width = Math.max(1, Date.parse(s.last) - from);
    const x = (time: string) => Math.max(0, Math.min(1000, ((Date.parse(time) - from) / width) * 1000));
    return html`
      <div class="strip" role="img" aria-label=${t('sensors.strip', moment(s.first), moment(s.last), s.gaps.length)}>
        <svg viewBox="0 0 1000 20" preserveAspectRatio="none" aria-hidden="true">
          ${svg`<rect class="seen" width="1000" height="20"/>`}
          ${s.gaps.map(g => svg`<rect class="lost" x=${x(g.from)} width=${Math.max(2, x(g.to) - x(g.from))} height="20"/>`)}
        </svg>
        <div class="strip-ends"><span>${moment(s.first)}</span><span class="key"><i class="seen"></i>${t('sensors.seen')} <i class="lost"></i>${t('gap.short')}</span><span>${moment(s.last)}</span></div>
      </div>`;
  }

  private capture(s: Sensor) {
    const c = s.capture;
    if (!c) return nothing;
    return html`
      <p class=${lost(s) ? 'note early' : 'note'}><strong>${c.running ? t('watch.running') : t('watch.ended')}</strong>
        ${lost(s)
          ? t('watch.lost', count(lost(s)), percent(c.lost.share), count(c.lost.kernel), count(c.lost.interface), count(c.lost.teiten))
          : t('watch.whole', count(c.packets))}
        ${c.stops.length ? t('watch.stops', c.stops.length, moment(c.stops[0].from), moment(c.stops[0].to)) : nothing}</p>
      ${c.loss.length
        ? html`<details><summary>${t('watch.minutes')}</summary>
            <div class="scroll" tabindex="0" role="region" aria-label=${t('watch.minutes')}><table>
              <thead><tr><th scope="col">${t('col.time')}</th><th scope="col">${t('watch.kernel')}</th><th scope="col">${t('watch.interface')}</th><th scope="col">${t('watch.teiten')}</th></tr></thead>
              <tbody>${c.loss.map(m => html`<tr><th scope="row">${moment(m.minute)}</th><td>${count(m.kernel)}</td><td>${count(m.interface)}</td><td>${count(m.teiten)}</td></tr>`)}</tbody>
            </table></div></details>`
        : nothing}`;
  }

  private counters(s: Sensor) {
    const outcomes = Object.entries(s.outcomes).sort((a, b) => b[1] - a[1]);
    const skipped = Object.entries(s.skipped).sort((a, b) => b[1] - a[1]);
    const sum = [...outcomes, ...skipped].reduce((all, [, n]) => all + n, 0);
    const row = ([name, n]: [string, number], group: string) => html`<tr><th scope="row">${known(`${group}.${name}`) ?? name}</th>
      <td>${count(n)}</td><td>${percent(s.packets ? n / s.packets : 0)}</td><td class="bar-cell">${bar(s.packets ? n / s.packets : 0)}</td></tr>`;
    return html`
      <h3>${t('sensors.counters')}</h3>
      <div class="scroll" tabindex="0" role="region" aria-label=${t('sensors.counters')}><table>
        <thead><tr><th scope="col">${t('sensors.outcome')}</th><th scope="col">${t('col.packets')}</th><th scope="col">${t('col.share')}</th><td class="bar-head"></td></tr></thead>
        <tbody>
          ${outcomes.map(o => row(o, 'outcome'))}
          ${skipped.length ? html`<tr class="group"><th scope="rowgroup" colspan="4">${t('sensors.skipped')}</th></tr>${skipped.map(o => row(o, 'skipped'))}` : nothing}
        </tbody>
        <tfoot><tr><th scope="row">${t('sensors.sum')}</th><td>${count(sum)}</td><td colspan="2"></td></tr></tfoot>
      </table></div>
      <p class="note">${sum === s.packets ? t(lost(s) ? 'sensors.adds.lost' : 'sensors.adds', count(sum), count(s.packets), count(lost(s))) : t('sensors.differs', count(sum), count(s.packets))}</p>`;
  }

  private gaps(s: Sensor) {
    return html`
      <h3>${t('sensors.gaps')}</h3>
      ${s.gaps.length
        ? html`<div class="scroll" tabindex="0" role="region" aria-label=${t('sensors.gaps')}><table>
            <thead><tr><th scope="col">${t('gap.from')}</th><th scope="col">${t('gap.to')}</th><th scope="col">${t('gap.length')}</th><th scope="col" class="text">${t('gap.reason')}</th></tr></thead>
            <tbody>${s.gaps.slice(0, 500).map(g => html`<tr><th scope="row">${moment(g.from)}</th><td>${moment(g.to)}</td>
              <td>${duration((Date.parse(g.to) - Date.parse(g.from)) / 1000)}</td><td class="text">${known(`gap.${g.reason}`) ?? g.reason}</td></tr>`)}</tbody>
          </table></div><p class="note">${t('gap.long')}</p>`
        : html`<p>${t('sensors.nogaps.text')}</p>`}`;
  }

  private files(s: Sensor) {
    return html`
      <h3>${t('sensors.read')}</h3>
      <div class="scroll" tabindex="0" role="region" aria-label=${t('sensors.read')}><table>
        <thead><tr><th scope="col">${t('col.file')}</th><th scope="col">${t('col.packets')}</th><th scope="col">${t('col.bytes')}</th>
          <th scope="col">${t('col.first')}</th><th scope="col">${t('col.last')}</th><th scope="col" class="text">${t('col.damage')}</th><th scope="col">${t('col.stored')}</th></tr></thead>
        <tbody>${s.imports.slice(0, 500).map(f => html`<tr><th scope="row" class="file">${f.file}</th><td>${count(f.packets)}</td><td>${bytes(f.bytes)}</td>
          <td>${moment(f.first)}</td><td>${moment(f.last)}</td>
          <td class="text">${f.stopped_at ? html`<span class="damage">${f.stopped_at.offset === null ? damage(f.stopped_at.reason) : t('sensors.stopped', count(f.stopped_at.offset), damage(f.stopped_at.reason))}</span>` : t('sensors.whole')}</td>
          <td>${moment(f.stored_at)}</td></tr>`)}</tbody>
      </table></div>`;
  }
}

customElements.define('teiten-sensors', Sensors);
