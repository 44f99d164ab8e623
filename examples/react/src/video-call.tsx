// A call over the channel, for as long as this component is mounted.
import { useEffect, useRef, useState } from 'react';
import type { RoomChannel } from 'parley/client';
import { useCall, type CallView } from 'parley/react';

interface Props {
  channel: RoomChannel;
  /** @param why a sentence for the person */
  onOver: (why: string) => void;
}

export function VideoCall({ channel, onOver }: Props) {
  // The other person has to press a button first, and may take a minute for it.
  const view = useCall(channel, { answerWithinMs: 60_000 });
  const { call, state, failure, localStream, remoteStream, isSharingScreen } = view;
  const [isMuted, setMuted] = useState(false);
  const [problem, setProblem] = useState('');

  useEffect(() => {
    if (state === 'ended') onOver('The call has ended.');
    if (state === 'failed') onOver(failure?.message ?? '');
  }, [state]);

  function mute() {
    call?.muteAudio(!isMuted);
    setMuted(!isMuted);
  }
  function share() {
    setProblem('');
    const done = isSharingScreen ? call?.stopSharing() : call?.shareScreen();
    done?.catch((why: Error) => setProblem(why.message));
  }

  return (
    <section aria-labelledby="call">
      <h3 id="call">Call</h3>
      <p role="status">
        {inWords(view)} {problem}
      </p>
      <div className="pictures">
        <Picture stream={remoteStream} label="The other person" />
        <Picture stream={localStream} label="You" isMuted />
      </div>
      <div className="line">
        <button aria-pressed={isMuted} onClick={mute}>
          Mute
        </button>
        <button aria-pressed={isSharingScreen} onClick={share}>
          Share the screen
        </button>
      </div>
    </section>
  );
}

function Picture({
  stream,
  label,
  isMuted = false,
}: {
  stream: MediaStream | null;
  label: string;
  isMuted?: boolean;
}) {
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    if (video.current) video.current.srcObject = stream;
  }, [stream]);
  return <video ref={video} aria-label={label} autoPlay playsInline muted={isMuted} />;
}

function inWords({ state, route }: CallView): string {
  if (state === 'starting') return 'Starting the camera …';
  if (state === 'waiting') return 'Waiting for the other person …';
  if (state === 'connecting') return 'Calling …';
  if (state === 'reconnecting') return 'The path is lost. Looking for another one …';
  return route === 'relay' ? 'Connected, through a relay.' : 'Connected.';
}
