// The frame around the screens: navigation, span, zone, language, colours, and the live strip.

import {LitElement, html, nothing} from 'lit';
import './app.css';
import './screens/overview';
import './screens/port';
import './screens/source';
import './screens/sensors';
import './screens/samples';
import './screens/sample';
import './screens/events';
import './screens/event';
import './screens/victims';
import './screens/campaigns';
import './screens/campaign';
import './screens/chain';
import './screens/sessions';
import './screens/session';
import './screens/credentials';
import './screens/cpus';
import './parts/hidden';
import {fetchJson, type Progress, type Status} from './api';
import {ABOUT_SESSIONS, followLinks, go, here, href, language, remember, sameScreen, theme, zone} from './place';
import {bytes, count, day, duration, rate, t} from './words';
import type {Screen as AnyScreen} from './parts/screen';
import type {Screen} from './place';

const DAY = 86_400_000;
/** Screens on which known investigators can be taken out. */
const SEPARABLE: Screen[] = ['overview', 'port', 'source', 'events', 'victims'];
/** While an import runs the charts follow, but not with every event. */
const REFRESH_EVERY = 5000;

class Page extends LitElement {
  static properties = {status: {state: true}, fault: {state: true}, live: {state: true}, said: {state: true}, custom: {state: true}};

  declare status: Status | null;
  declare fault: string;
  declare live: Progress | null;
  declare said: string;
  declare custom: boolean;
  private refreshed = 0;
  private drawn = '';

  constructor() {
    super();
    this.status = null;
    this.fault = '';
    this.live = null;
    this.said = '';
    this.custom = false;
  }

  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    this.dress();
    followLinks();
    addEventListener('place', () => {
      this.dress();
      this.requestUpdate();
    });
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.dress());
    void this.refresh();
    this.listen();
  }

  /** Puts language and colours on the document, so that styles, fonts and screen readers follow. */
  private dress() {
    const root = document.documentElement;
    root.lang = language();
    root.dataset.theme = theme();
    const place = here();
    const what = place.screen === 'port' ? place.port : place.screen === 'source' ? place.source || t('nav.source') : place.screen === 'session' ? t('session.title', place.session) : place.screen === 'sample' ? `${t('sample.title')} ${place.sample.slice(0, 12)}` : place.screen === 'event' ? t('event.title') : place.screen === 'campaign' ? t('campaign.title', place.campaign) : t(`nav.${place.screen}`);
    document.title = `${what} – Teiten 定点`;
    const look = `${language()} ${theme()}`;
    if (this.drawn && this.drawn !== look) {
      dispatchEvent(new Event('look'));
      this.requestUpdate();
    }
    this.drawn = look;
  }

  private async refresh() {
    try {
      this.status = await fetchJson<Status>('/api/v1/status');
      this.fault = '';
    } catch (problem) {
      this.fault = problem instanceof Error ? problem.message : String(problem);
    }
  }

  /** A browser allows few connections to one host: a page that nobody looks at gives its own back. */
  private listen() {
    let stream: EventSource | null = null;
    const attend = () => {
      if (document.hidden) {
        stream?.close();
        stream = null;
      } else if (!stream) {
        stream = this.hear();
      }
    };
    document.addEventListener('visibilitychange', () => {
      attend();
      if (!document.hidden) void this.renewAll();
    });
    attend();
  }

  private hear(): EventSource {
    this.live = null;
    const stream = new EventSource('/api/v1/live');
    stream.addEventListener('progress', event => {
      const progress = JSON.parse((event as MessageEvent).data) as Progress;
      if (!this.live && !progress.done && progress.total_bytes >= 0) this.said = t('live.begins', progress.file);
      if (progress.done) this.said = progress.packets ? t('live.ends', progress.file, count(progress.packets)) : t('live.ends.log', progress.file);
      this.live = progress.done ? null : progress;
      if (progress.done || Date.now() - this.refreshed > REFRESH_EVERY) {
        this.refreshed = Date.now();
        void this.renewAll();
      }
    });
    return stream;
  }

  private async renewAll() {
    const empty = this.status?.empty ?? true;
    await this.refresh();
    if (!empty) await (this.querySelector('#screen > *') as AnyScreen<unknown> | null)?.renew?.();
  }

  render() {
    const place = here();
    const demo = this.status?.sensors.some(s => s.demo) || this.status?.sessions?.sensors.some(s => s.demo);
    return html`
      <a class="skip" href="#main" @click=${this.skip}>${t('skip')}</a>
      <header>
        <a class="brand" href=${href('/')}><svg viewBox="0 0 32 32" aria-hidden="true"><circle cx="16" cy="16" r="12"></circle><circle class="dot" cx="16" cy="16" r="4.6"></circle></svg><span>Teiten <span lang="ja">定点</span></span></a>
        <nav aria-label=${t('nav')}>
          ${(['overview', 'port', 'source', 'events', 'victims', 'campaigns', 'chain', 'sessions', 'credentials', 'cpus', 'samples', 'sensors'] as const).map(s => html`<a href=${this.toScreen(s)} aria-current=${s === place.screen || (s === 'sessions' && place.screen === 'session') || (s === 'events' && place.screen === 'event') || (s === 'campaigns' && place.screen === 'campaign') || (s === 'samples' && place.screen === 'sample') ? 'page' : nothing}>${t(`nav.${s}`)}</a>`)}
        </nav>
        <div class="choices">
          <button type="button" @click=${() => this.speak(language() === 'ja' ? 'en' : 'ja')} lang=${language() === 'ja' ? 'en' : 'ja'}>${language() === 'ja' ? 'English' : '日本語'}</button>
          <button type="button" @click=${() => this.clock(zone() === 'UTC' ? 'Asia/Tokyo' : 'UTC')} aria-label=${t('zone.label', zone() === 'UTC' ? 'UTC' : 'JST')}>${zone() === 'UTC' ? 'UTC' : 'JST'}</button>
          <button type="button" @click=${this.shade} aria-label=${t(theme() === 'dark' ? 'theme.light' : 'theme.dark')}>${theme() === 'dark' ? '☀' : '☾'}</button>
        </div>
      </header>
      ${demo ? html`<p class="demo" role="note"><strong>DEMO</strong> ${t('demo')}</p>` : nothing}
      ${this.strip()}
      <p class="unseen" role="status" aria-live="polite">${this.said}</p>
      ${this.status && !['sensors', 'session', 'samples', 'sample', 'event', 'campaign'].includes(place.screen) && this.seen(this.status) ? this.span(this.status) : nothing}
      <main id="main" tabindex="-1">
        ${this.fault ? html`<p class="fault" role="alert"><strong>${t('fault')}</strong> ${this.fault}</p>` : nothing}
        <div id="screen">${this.screen()}</div>
      </main>
      <footer><p>${t('footer')}</p></footer>`;
  }

  private screen() {
    if (!this.status) return this.fault ? nothing : html`<p class="waiting">${t('waiting')}</p>`;
    const place = here();
    // Samples need no captures.
    if (this.status.empty && place.screen !== 'samples' && place.screen !== 'sample') return this.empty();
    if (!['sensors', 'samples', 'sample'].includes(place.screen) && !this.seen(this.status)) return this.other(ABOUT_SESSIONS.includes(place.screen));
    switch (place.screen) {
      case 'overview': return html`<teiten-overview></teiten-overview>`;
      case 'port': return html`<teiten-port></teiten-port>`;
      case 'source': return html`<teiten-source></teiten-source>`;
      case 'sensors': return html`<teiten-sensors></teiten-sensors>`;
      case 'samples': return html`<teiten-samples></teiten-samples>`;
      case 'sample': return html`<teiten-sample></teiten-sample>`;
      case 'events': return html`<teiten-events></teiten-events>`;
      case 'event': return html`<teiten-event></teiten-event>`;
      case 'victims': return html`<teiten-victims></teiten-victims>`;
      case 'campaigns': return html`<teiten-campaigns></teiten-campaigns>`;
      case 'campaign': return html`<teiten-campaign></teiten-campaign>`;
      case 'chain': return html`<teiten-chain></teiten-chain>`;
      case 'sessions': return html`<teiten-sessions></teiten-sessions>`;
      case 'session': return html`<teiten-session></teiten-session>`;
      case 'credentials': return html`<teiten-credentials></teiten-credentials>`;
      case 'cpus': return html`<teiten-cpus></teiten-cpus>`;
    }
  }

  /** The span of what this screen is about; null when the store holds nothing of it. */
  private seen(status: Status): {first: string; last: string; sensors: {name: string; demo: boolean}[]} | null {
    if (ABOUT_SESSIONS.includes(here().screen)) return status.sessions;
    return status.first && status.last ? {first: status.first, last: status.last, sensors: status.sensors} : null;
  }

  /** A sensor chosen for one kind of screens means nothing to the other. */
  private toScreen(screen: Screen): string {
    const path = screen === 'overview' ? '/' : screen === 'port' ? '/port/23/tcp' : `/${screen}`;
    return href(path, ABOUT_SESSIONS.includes(screen) === ABOUT_SESSIONS.includes(here().screen) ? {} : {sensor: null});
  }

  private other(sessions: boolean) {
    return html`<section class="panel empty" aria-labelledby="empty">
      <h1 id="empty">${t(sessions ? 'empty.sessions' : 'empty.packets')}</h1>
      <p>${t(sessions ? 'empty.sessions.text' : 'empty.packets.text')}</p>
      <dl><dt><code>${sessions ? './teiten import cowrie.json' : './teiten import day.pcap'}</code></dt><dd>${t(sessions ? 'empty.sessions.import' : 'empty.import')}</dd></dl>
    </section>`;
  }

  private empty() {
    return html`<section class="panel empty" aria-labelledby="empty">
      <h1 id="empty">${t('empty.title')}</h1>
      <p>${t('empty.text')}</p>
      <dl>
        <dt><code>./teiten import day.pcap</code></dt><dd>${t('empty.import')}</dd>
        <dt><code>./teiten demo</code></dt><dd>${t('empty.demo')}</dd>
        <dt><code>./teiten doctor</code></dt><dd>${t('empty.doctor')}</dd>
      </dl>
      <p class="note">${t('empty.live')}</p>
    </section>`;
  }

  private strip() {
    const p = this.live;
    if (!p) return nothing;
    if (p.total_bytes < 0) {
      return html`<section class="live" aria-label=${t('watch.label')}>
        <strong>${t('watch.watching')}</strong> <span class="file">${p.file}</span>
        <span>${t('watch.figures', count(p.packets), rate(p.packets_per_second))}</span>
      </section>`;
    }
    const left = p.total_bytes && p.packets_per_second && p.packets ? (((p.total_bytes - p.bytes) / p.bytes) * p.packets) / p.packets_per_second : NaN;
    return html`<section class="live" aria-label=${t('live.label')}>
      <strong>${t('live.reading')}</strong> <span class="file">${p.file}</span>
      ${p.total_bytes ? html`<progress value=${p.bytes} max=${p.total_bytes} aria-label=${t('live.label')}></progress>` : html`<progress aria-label=${t('live.label')}></progress>`}
      <span>${t('live.figures', count(p.packets), rate(p.packets_per_second / 1e6), bytes(p.bytes))}</span>
      ${Number.isFinite(left) ? html`<span>${t('live.left', duration(left))}</span>` : nothing}
    </section>`;
  }

  private span(status: Status) {
    const q = here().q;
    const {first, last, sensors} = this.seen(status)!;
    const from = q.get('from');
    const to = q.get('to');
    const presets: [string, string | null][] = [
      ['1', day(Date.parse(last) - 1)],
      ['7', day(Date.parse(last) - 1 - 6 * DAY)],
      ['', null],
      ['90', day(Date.parse(last) - 1 - 89 * DAY)],
      ['all', day(first)],
    ];
    const chosen = this.custom ? 'custom' : to ? 'custom' : (presets.find(([, d]) => d === from)?.[0] ?? 'custom');
    const shownTo = to ? day(Date.parse(/T/.test(to) ? to : `${to}T00:00:00Z`) - (/T/.test(to) ? 1 : DAY), /T/.test(to) ? zone() : 'UTC') : '';
    return html`<form class="span" aria-label=${t('span')} @submit=${(e: Event) => e.preventDefault()}>
      <label>${t('span')}
        <select @change=${(e: Event) => this.preset((e.target as HTMLSelectElement).value, presets)}>
          ${[...presets.map(p => p[0]), 'custom'].map(v => html`<option value=${v} .selected=${v === chosen}>${t(`span.${v || '30'}`)}</option>`)}
        </select></label>
      ${chosen === 'custom'
        ? html`<label>${t('span.from')} <input type="date" .value=${(from ?? '').slice(0, 10)} min=${day(first)} max=${day(last)} @change=${(e: Event) => go(sameScreen({from: (e.target as HTMLInputElement).value}))}></label>
            <label>${t('span.to')} <input type="date" .value=${shownTo} min=${day(first)} max=${day(last)} @change=${(e: Event) => this.until((e.target as HTMLInputElement).value)}></label>`
        : nothing}
      ${sensors.length > 1
        ? html`<label>${t('sensor')}
            <select @change=${(e: Event) => go(sameScreen({sensor: (e.target as HTMLSelectElement).value}))}>
              <option value="" .selected=${!q.get('sensor')}>${t('sensor.all', sensors.length)}</option>
              ${sensors.map(s => html`<option value=${s.name} .selected=${q.get('sensor') === s.name}>${s.name}</option>`)}
            </select></label>`
        : nothing}
      ${SEPARABLE.includes(here().screen)
        ? html`<label>${t('scanners')}
            <select @change=${(e: Event) => go(sameScreen({scanners: (e.target as HTMLSelectElement).value, skip: null}))}>
              ${['', 'without', 'only'].map(v => html`<option value=${v} .selected=${v === (q.get('scanners') ?? '')}>${t(`scanners.${v || 'all'}`)}</option>`)}
            </select></label>`
        : nothing}
    </form>
    ${SEPARABLE.includes(here().screen) && q.get('scanners') ? html`<teiten-hidden></teiten-hidden>` : nothing}`;
  }

  private preset(value: string, presets: [string, string | null][]) {
    this.custom = value === 'custom';
    const found = presets.find(([name]) => name === value);
    if (found) go(sameScreen({from: found[1], to: null}));
  }

  private until(value: string) {
    go(sameScreen({to: value ? day(Date.parse(`${value}T00:00:00Z`) + DAY, 'UTC') : null}));
  }

  private skip(e: Event) {
    e.preventDefault();
    this.querySelector<HTMLElement>('#main')?.focus();
  }

  private speak(lang: 'ja' | 'en') {
    const tz = zone();
    remember('lang', lang);
    remember('tz', tz);
    go(sameScreen({lang}));
  }

  private clock(tz: 'UTC' | 'Asia/Tokyo') {
    remember('tz', tz);
    go(sameScreen({tz}));
  }

  private shade() {
    remember('theme', theme() === 'dark' ? 'light' : 'dark');
    this.dress();
  }
}

customElements.define('teiten-page', Page);
