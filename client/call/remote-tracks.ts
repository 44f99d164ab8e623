// What the other side sends, as one stream that stays the same object, so that a `<video>` does not blink.

export interface RemoteTracks {
  /** Descriptions are agreed on: takes out what the other side sends no more. */
  settle(): void;
}

export function collectRemoteTracks(
  connection: RTCPeerConnection,
  tell: (stream: MediaStream | null) => void,
): RemoteTracks {
  const stream = new MediaStream();

  function tellNow(): void {
    tell(stream.getTracks().length > 0 ? stream : null);
  }

  connection.addEventListener('track', ({ track }) => {
    stream.addTrack(track);
    tellNow();
  });

  return {
    settle() {
      const sent = connection
        .getTransceivers()
        .filter(({ currentDirection }) => currentDirection?.includes('recv'))
        .map(({ receiver }) => receiver.track);
      const gone = stream.getTracks().filter((track) => !sent.includes(track));
      for (const track of gone) stream.removeTrack(track);
      if (gone.length > 0) tellNow();
    },
  };
}
