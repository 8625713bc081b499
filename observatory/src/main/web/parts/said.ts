// What attackers typed, made harmless and readable, and small pieces that the screens about sessions share.

import {html} from 'lit';
import type {SessionRow} from '../api';
import {href} from '../place';
import {known, t} from '../words';

export const STAGES = ['probe', 'login-try', 'login', 'reconnaissance', 'download', 'run', 'clean-up'];
export const STEPS = ['knock', 'login-try', 'login', 'shell', 'download', 'sample'];

/** Line ends stand; every other control, and what makes text lie about its direction, is shown as what it is. */
export function visible(text: string): string {
  return text
    .replace(/\r\n|\r\0|\r/g, '\n')
    // eslint-disable-next-line no-control-regex
    .replace(/[\u0000-\u0008\u000b-\u001f]/g, c => `^${String.fromCharCode(c.charCodeAt(0) + 64)}`)
    .replace(/[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g, c => `\\u{${c.charCodeAt(0).toString(16)}}`);
}

export function brief(text: string, most: number): string {
  const one = visible(text).replaceAll('\n', '^J');
  return one.length <= most ? one : `${one.slice(0, most - 1)}…`;
}

export function familyName(family: string): string {
  return known(`family.${family}`) ?? family;
}

export function stageName(stage: string): string {
  return known(`stage.${stage}`) ?? stage;
}

/** How far a session went, as a row of marks that is also a sentence. */
export function stageMarks(stages: string[]) {
  const text = stages.map(stageName).join(t('comma'));
  return html`<span class="stages" role="img" aria-label=${text} title=${text}>${STAGES.map(s => html`<i class=${stages.includes(s) ? `on ${s}` : ''}></i>`)}</span>`;
}

export function sessionLink(row: Pick<SessionRow, 'session' | 'sensor'>, text: unknown = row.session) {
  return html`<a class="address" href=${href(`/sessions/${row.session}`, {of: row.sensor})}>${text}</a>`;
}

export function sourceLink(source: string) {
  return html`<a href=${href(`/source/${source}`, {sensor: null})}>${source}</a>`;
}
