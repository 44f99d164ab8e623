// A channel: how it stands, the chat, and the call.
import { useEffect, useState } from 'react';
import { useChannel, type ChannelView } from 'parley/react';
import { Chat } from './chat.js';
import { VideoCall } from './video-call.js';

export function Room({ name }: { name: string }) {
  const view = useChannel('/', name, { wait: true });
  const { channel, peer, state } = view;
  const [isCalling, setCalling] = useState(false);
  const [isCalled, setCalled] = useState(false);
  const [note, setNote] = useState('');

  // The other page is told when this side calls or hangs up. One that comes later is told, too.
  useEffect(() => {
    if (peer === 'here') void channel?.send({ isCalling });
  }, [channel, peer, isCalling]);
  useEffect(() => {
    if (peer === 'gone') setCalled(false);
  }, [peer]);

  const isClosed = state === 'closed';
  function press() {
    if (isClosed) return view.restart();
    setNote('');
    setCalling(!isCalling);
  }

  return (
    <>
      <h2>{name}</h2>
      <p role="status" className={peer === 'here' && !isClosed ? 'status here' : 'status'}>
        {inWords(view)} {isCalled && !isCalling && 'They are calling you.'} {note}
      </p>
      <div className="line">
        {/* One button for all states: the focus stays on it. */}
        <button className={isCalling ? 'end' : 'main'} onClick={press}>
          {isClosed ? 'Try again' : isCalling ? 'Hang up' : isCalled ? 'Answer' : 'Call'}
        </button>
        <button onClick={() => (location.hash = '')}>Leave</button>
      </div>
      {isCalling && channel && (
        <VideoCall
          channel={channel}
          onOver={(why) => {
            setNote(why);
            setCalling(false);
          }}
        />
      )}
      <Chat channel={channel} onCalling={setCalled} />
    </>
  );
}

function inWords({ state, peer, freeInMs, failure }: ChannelView): string {
  if (failure) return failure.message;
  if (state === 'reconnecting') return 'The connection is lost. Trying again …';
  if (state === 'waiting') {
    return freeInMs === undefined
      ? 'There are two people in this channel. You enter when one of them leaves.'
      : `One of the two is away. You may enter in ${Math.ceil(freeInMs / 1000)} s.`;
  }
  if (state !== 'open') return 'Connecting …';
  if (peer === 'here') return 'The other person is here.';
  if (peer === 'away') return 'The other person has lost the connection, and may come back.';
  return 'Nobody else is here. Send the address of this page to somebody.';
}
