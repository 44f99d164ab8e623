// The chat. A message of this app is { text } or { isCalling }.
import { useEffect, useState, type FormEvent } from 'react';
import type { RoomChannel } from 'parley/client';

interface Line {
  id: number;
  isMine: boolean;
  text: string;
  /** Of one's own: has it arrived? */
  fate: string;
}

interface Props {
  channel: RoomChannel | undefined;
  onCalling: (isCalling: boolean) => void;
}

export function Chat({ channel, onCalling }: Props) {
  const [lines, setLines] = useState<Line[]>([]);
  const [draft, setDraft] = useState('');

  function add(text: string, isMine: boolean, fate: string): number {
    const id = Math.random();
    setLines((before) => [...before, { id, isMine, text, fate }]);
    return id;
  }

  useEffect(
    () =>
      channel?.on('message', (value) => {
        if (has(value, 'text') && typeof value.text === 'string') add(value.text, false, '');
        if (has(value, 'isCalling')) onCalling(value.isCalling === true);
      }),
    [channel, onCalling],
  );

  async function send(event: FormEvent) {
    event.preventDefault();
    if (!channel) return;
    setDraft('');
    const id = add(draft, true, 'sending');
    // It resolves when the other side has the message, also over lost connections.
    const fate = await channel.send({ text: draft }).then(
      () => '',
      (failure: Error) => failure.message,
    );
    setLines((before) => before.map((line) => (line.id === id ? { ...line, fate } : line)));
  }

  return (
    <section aria-labelledby="chat">
      <h3 id="chat">Chat</h3>
      <ol role="log" aria-labelledby="chat" tabIndex={0}>
        {lines.map(({ id, isMine, text, fate }) => (
          <li key={id} className={isMine ? 'mine' : 'theirs'}>
            <b>{isMine ? 'You' : 'They'}</b> {text} {fate && <small>({fate})</small>}
          </li>
        ))}
      </ol>
      <form className="line" onSubmit={(event) => void send(event)}>
        <label htmlFor="text">Message</label>
        <input
          id="text"
          value={draft}
          onChange={(event) => setDraft(event.target.value)}
          autoComplete="off"
          autoFocus
          required
        />
        <button disabled={!channel}>Send</button>
      </form>
    </section>
  );
}

function has<Name extends string>(value: unknown, name: Name): value is Record<Name, unknown> {
  return typeof value === 'object' && value !== null && name in value;
}
