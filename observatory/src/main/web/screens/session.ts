// Session: stages with their evidence, what was brought, for which CPU, and the transcript as it was typed.

import {html, nothing} from 'lit';
import {csv, get, type SessionDetail} from '../api';
import {count, duration, known, moment, t} from '../words';
import {here, href, language} from '../place';
import {Screen, tile} from '../parts/screen';
import {brief, familyName, sourceLink, stageMarks, stageName, visible} from '../parts/said';

/** Longer silences are cut to this, in seconds. */
const LONGEST_PAUSE = 2;
const TICK = 50;

export class SessionScreen extends Screen<SessionDetail> {
  static properties = {...Screen.properties, at: {state: true}, playing: {state: true}, speed: {state: true}, reveal: {state: true}};

  /** How many pieces of the transcript are shown. */
  declare at: number;
  declare playing: boolean;
  declare speed: number;
  declare reveal: boolean;
  private timer = 0;
  private waited = 0;

  constructor() {
    super();
    this.at = Infinity;
    this.playing = false;
    this.speed = 2;
    this.reveal = false;
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearInterval(this.timer);
  }

  protected load(): Promise<SessionDetail> {
    return get<SessionDetail>(`session/${encodeURIComponent(here().session)}`, {by: null, from: null, to: null, of: here().q.get('of'), reveal: this.reveal ? 'true' : null});
  }

  protected show(d: SessionDetail) {
    const seconds = (Date.parse(d.end) - Date.parse(d.start)) / 1000;
    return html`
      <div class="title-row"><h1>${t('session.title', '')} <span class="address">${d.session}</span>${d.demo ? html` <span class="demo-tag">DEMO</span>` : nothing}</h1>
        <a href=${href('/sessions')}>${t('session.back')}</a></div>
      <dl class="tiles">
        ${tile(t('col.source'), sourceLink(d.source), t('session.port', d.source_port || '–'))}
        ${tile(t('sessions.door'), d.door, [d.sensor, d.device].filter(Boolean).join(' · '))}
        ${tile(t('sessions.family'), familyName(d.family), d.family === 'unknown' ? t('family.unknown.note') : t('session.lines', d.evidence.length))}
        ${tile(t('session.length'), duration(seconds), html`${moment(d.start)}${d.ended ? nothing : html`<br>${t('session.open')}`}`)}
      </dl>
      <div class="grid">
        <div class="wide">${this.player(d)}</div>
        <div class="narrow">${this.stages(d)}</div>
        <div class="half">${this.evidence(d)}</div>
        <div class="half">${this.brought(d)}</div>
      </div>`;
  }

  private player(d: SessionDetail) {
    const n = d.transcript.length;
    const at = Math.min(this.at, n);
    const after = at ? d.transcript[at - 1].after : 0;
    return html`<section class="panel" aria-labelledby="transcript">
      <div class="panel-head"><h2 id="transcript">${t('session.transcript')}</h2>
        <div class="tools">
          <button type="button" class="tool" ?disabled=${n === 0} @click=${() => this.toggle(n)}>${this.playing ? t('session.pause') : t('session.play')}</button>
          <label class="tool">${t('session.speed')} <select @change=${(e: Event) => (this.speed = Number((e.target as HTMLSelectElement).value))}>
            ${[1, 2, 5, 20].map(s => html`<option value=${s} .selected=${s === this.speed}>${s}×</option>`)}</select></label>
        </div></div>
      ${n
        ? html`<pre class="terminal" tabindex="0" role="region" aria-labelledby="transcript">${d.transcript.slice(0, at).map((c, i) =>
              c.side === 'visitor' && c.echoed ? nothing : c.side === 'visitor' ? html`<kbd>${typed(c.text, d.transcript[i + 1]?.text ?? '')}</kbd>` : visible(c.text))}</pre>
            <label class="seek"><span class="unseen">${t('session.place')}</span>
              <input type="range" min="0" max=${n} .value=${String(at)} aria-valuetext=${t('session.at', after.toFixed(1))} @input=${(e: Event) => this.seek(Number((e.target as HTMLInputElement).value))}></label>
            <p class="note">${t('session.at', after.toFixed(1))} ${t('session.transcript.note')}</p>`
        : html`<p>${t('session.silent')}</p>`}
    </section>`;
  }

  private toggle(n: number) {
    if (this.playing) {
      this.stop();
      return;
    }
    if (this.at >= n) this.at = 0;
    this.playing = true;
    this.waited = 0;
    this.timer = window.setInterval(() => this.tick(), TICK);
  }

  private stop() {
    clearInterval(this.timer);
    this.playing = false;
  }

  private seek(at: number) {
    this.stop();
    this.at = at;
  }

  private tick() {
    const chunks = this.data?.transcript ?? [];
    this.waited += (TICK / 1000) * this.speed;
    while (this.at < chunks.length) {
      const before = this.at ? chunks[this.at - 1].after : 0;
      const pause = Math.min(LONGEST_PAUSE, chunks[this.at].after - before);
      if (this.waited < pause) break;
      this.waited -= pause;
      this.at++;
    }
    if (this.at >= chunks.length) this.stop();
  }

  updated() {
    const screen = this.querySelector('.terminal');
    if (screen && this.playing) screen.scrollTop = screen.scrollHeight;
  }

  private stages(d: SessionDetail) {
    return html`<section class="panel" aria-labelledby="stages"><h2 id="stages">${t('sessions.stages')}</h2>
      <p>${stageMarks(d.stages)}</p>
      <ol class="evidence">${d.stage_marks.map(m => html`<li><strong>${stageName(m.stage)}</strong> <span class="unit">+${((Date.parse(m.at) - Date.parse(d.start)) / 1000).toFixed(1)} s</span><br><span class="address">${brief(m.evidence, 200)}</span></li>`)}</ol>
    </section>`;
  }

  private evidence(d: SessionDetail) {
    return html`<section class="panel" aria-labelledby="evidence"><h2 id="evidence">${t('session.evidence')}</h2>
      ${d.about ? html`<p><strong>${familyName(d.family)}</strong>: ${d.about[language()]}</p>` : nothing}
      ${d.evidence.length
        ? html`<ul class="evidence">${d.evidence.map(e => html`<li><strong>${e.rule}</strong><br><span class="address">${brief(e.line, 200)}</span></li>`)}</ul>`
        : html`<p>${t('session.noevidence')}</p>`}
      <p class="note">${t('session.rules', d.rules)}</p>
      <h3>${t('session.logins')} ${d.credentials.length ? html`<button type="button" class="tool" aria-pressed=${this.reveal} @click=${this.unmask}>${this.reveal ? t('cred.mask') : t('cred.reveal')}</button>` : nothing}</h3>
      ${d.credentials.length
        ? html`<ul class="evidence">${d.credentials.map(c => html`<li><span class="address">${brief(c.user, 64) || t('cred.empty')} / ${brief(c.password, 64) || t('cred.empty')}</span>${c.accepted ? ` ${t('session.accepted')}` : ''}</li>`)}</ul>`
        : html`<p>${t('session.nologins')}</p>`}
    </section>`;
  }

  private unmask() {
    this.reveal = !this.reveal;
    void this.renew();
  }

  private brought(d: SessionDetail) {
    const list = (title: string, rows: unknown[]) => (rows.length ? html`<h3>${title}</h3><ul class="evidence">${rows.map(r => html`<li>${r}</li>`)}</ul>` : nothing);
    const nothingBrought = !d.urls.length && !d.cpu_clues.length && !d.samples.length && !d.files.length;
    return html`<section class="panel" aria-labelledby="brought"><h2 id="brought">${t('session.brought')}</h2>
      ${nothingBrought ? html`<p>${t('session.nothing')}</p>` : nothing}
      ${list(t('sessions.urls'), d.urls.map(u => html`<span class="address">${brief(u, 300)}</span>`))}
      ${list(t('sessions.cpus'), d.cpu_clues.map(c => html`<strong>${c.cpu}</strong> ${known(`cpu.how.${c.how}`) ?? c.how} <span class="address">${brief(c.evidence, 120)}</span>`))}
      ${list(t('session.samples'), d.samples.map(s => html`<a class="address" href=${href(`/samples/${s}`)}>${s}</a>`))}
      ${list(t('session.files'), d.files.map(f => html`<span class="address">${brief(f, 120)}</span>`))}
      ${d.fingerprint ? html`<p class="note"><a href=${href('/sessions', {fingerprint: d.fingerprint})}>${t('session.same')}</a> <span class="address">${d.fingerprint}</span></p>` : nothing}
      <p class="note"><a href=${csv(`session/${encodeURIComponent(d.session)}`, {by: null, of: d.sensor})} download>CSV</a> · ${t('session.events', count(d.events.length))}</p>
    </section>`;
  }
}

/** What was typed; its line end is left to the device's answer when that begins with one. */
function typed(text: string, next: string): string {
  return visible(/^[\r\n]/.test(next) ? text.replace(/[\r\n\0]+$/, '') : text);
}

customElements.define('teiten-session', SessionScreen);
