// Where the reader is: the address bar holds the screen, the span, the zone and the language, so that a link says all.

export type Screen = 'overview' | 'port' | 'source' | 'sensors' | 'events' | 'event' | 'victims' | 'campaigns' | 'campaign' | 'chain' | 'sessions' | 'session' | 'credentials' | 'cpus' | 'samples' | 'sample';

/** Screens about sessions, whose span and sensors are their own. */
export const ABOUT_SESSIONS: Screen[] = ['chain', 'sessions', 'session', 'credentials', 'cpus'];

export interface Place {
  screen: Screen;
  port: string;
  source: string;
  sample: string;
  session: string;
  campaign: string;
  q: URLSearchParams;
}

/** Parameters that stay when the reader goes to another screen. */
const KEPT = ['lang', 'tz', 'from', 'to', 'by', 'sensor', 'scanners'];

export function here(): Place {
  const parts = location.pathname.split('/').filter(Boolean).map(decodeURIComponent);
  const q = new URLSearchParams(location.search);
  const nowhere = {port: '', source: '', sample: '', session: '', campaign: '', q};
  if (parts[0] === 'port') {
    return {...nowhere, screen: 'port', port: parts.length > 2 ? `${parts[1]}/${parts[2]}` : '23/tcp'};
  }
  if (parts[0] === 'samples') return {...nowhere, screen: parts[1] ? 'sample' : 'samples', sample: parts[1] ?? ''};
  if (parts[0] === 'source') return {...nowhere, screen: 'source', source: parts[1] ?? ''};
  if (parts[0] === 'sessions' && parts[1]) return {...nowhere, screen: 'session', session: parts[1]};
  if (parts[0] === 'campaigns' && parts[1]) return {...nowhere, screen: 'campaign', campaign: parts[1]};
  const plain = (['events', 'event', 'victims', 'campaigns', 'sensors', 'chain', 'sessions', 'credentials', 'cpus'] as const).find(s => s === parts[0]);
  return {...nowhere, screen: plain ?? 'overview'};
}

/** An address of this page that keeps the reader's span, zone and language. */
export function href(path: string, changes: Record<string, string | null> = {}): string {
  const now = new URLSearchParams(location.search);
  const next = new URLSearchParams();
  for (const key of KEPT) {
    for (const value of now.getAll(key)) next.append(key, value);
  }
  return withChanges(path, next, changes);
}

/** The address of the same screen with some parameters changed; null removes one. */
export function sameScreen(changes: Record<string, string | null>): string {
  return withChanges(location.pathname, new URLSearchParams(location.search), changes);
}

function withChanges(path: string, q: URLSearchParams, changes: Record<string, string | null>): string {
  for (const [key, value] of Object.entries(changes)) {
    if (value === null || value === '') q.delete(key);
    else q.set(key, value);
  }
  const text = q.toString().replaceAll('%2F', '/').replaceAll('%2C', ',').replaceAll('%3A', ':');
  return text ? `${path}?${text}` : path;
}

export function go(address: string): void {
  history.pushState(null, '', address);
  dispatchEvent(new Event('place'));
}

/** Clicks on links of this page change the screen without loading it anew. */
export function followLinks(): void {
  document.addEventListener('click', event => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
    const link = (event.target as Element).closest?.('a');
    if (!link || link.target || link.hasAttribute('download') || link.origin !== location.origin) return;
    if (link.hash || link.pathname.startsWith('/api/') || link.pathname.startsWith('/notice/')) return;
    event.preventDefault();
    go(link.pathname + link.search);
    scrollTo(0, 0);
  });
  addEventListener('popstate', () => dispatchEvent(new Event('place')));
}

function stored(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

export function remember(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // A browser that keeps nothing still shows everything.
  }
}

export function language(): 'ja' | 'en' {
  const asked = new URLSearchParams(location.search).get('lang') ?? stored('lang');
  if (asked === 'ja' || asked === 'en') return asked;
  return navigator.languages.some(l => l.startsWith('ja')) ? 'ja' : 'en';
}

export function zone(): 'UTC' | 'Asia/Tokyo' {
  const asked = new URLSearchParams(location.search).get('tz') ?? stored('tz');
  if (asked === 'UTC') return 'UTC';
  if (asked === 'Asia/Tokyo' || asked === 'JST') return 'Asia/Tokyo';
  return language() === 'ja' ? 'Asia/Tokyo' : 'UTC';
}

export type Theme = 'light' | 'dark';

export function theme(): Theme {
  const chosen = stored('theme');
  if (chosen === 'light' || chosen === 'dark') return chosen;
  return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
}
