// The live ladder: a panel that draws what travels between you, the server and the other, as it happens.
import type { TraceEvent } from '../../index.js';
import { createLadderPanel } from './ladder-panel.js';
import { ladderPicture } from './ladder-picture.js';
import { emptyLadder, hearEvent } from './ladder-rules.js';
import { saveFile } from './save-file.js';
import { createTraceRecord } from './trace-record.js';
import { withoutSecrets } from './without-secrets.js';

export interface Ladder {
  /** Shows one more event, of any channel, line or call. Never throws. */
  hear(event: TraceEvent): void;
}

/** Fills the host with the whole panel, closed at first. Needs ladder.css. */
export function createLadder(host: HTMLElement): Ladder {
  const record = createTraceRecord();
  let state = emptyLadder;
  const panel = createLadderPanel(host, {
    state: () => state,
    savePicture() {
      const savedAt = new Date().toISOString();
      const readable = savedAt.replace('T', ' ').replace(/\.\d+Z/, ' UTC');
      const { rows, gone } = state;
      return save(savedAt, 'svg', 'image/svg+xml', ladderPicture({ rows, gone, savedAt: readable }));
    },
    saveTrace() {
      const savedAt = new Date().toISOString();
      return save(savedAt, 'json', 'application/json', record.toJson(savedAt));
    },
  });

  return {
    hear({ at, direction, event, args }) {
      const known = { at, direction, event, args: withoutSecrets(args) };
      record.push(known);
      state = hearEvent(state, known);
      panel.changed();
    },
  };
}

function save(savedAt: string, ending: string, type: string, text: string): string {
  // No colons: Windows has them not in names.
  const name = `parley-ladder-${savedAt.slice(0, 19).replaceAll(':', '-')}.${ending}`;
  saveFile(name, type, text);
  return name;
}
