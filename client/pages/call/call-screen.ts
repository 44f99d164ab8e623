// The screen of a call, for whatever page: pictures, words, buttons, chat, plot. Shows one call after another. Leaves how a
// call comes about to the page.
import { ChannelFailure, type Call, type SignalingChannel } from '../../index.js';
import { createCallChat } from './call-chat.js';
import { createCallControls } from './call-controls.js';
import { createCallPlot } from './call-plot.js';
import { createCallStage } from './call-stage.js';
import { wordsOf, type CallWords } from './call-words.js';
import { element } from '../element.js';
import { createOwnSide, type OwnChoice } from './own-side.js';
import { createTheirSide } from './their-side.js';

export interface CallScreen {
  /** Before a call: one's own picture; null: there is no camera. */
  preview(stream: MediaStream | null): void;
  /** From now on this call, also when it is over, until the next `preview`, `show` or `clear`. */
  show(call: Call, channel: SignalingChannel, otherName?: string): void;
  /** Nothing at all. */
  clear(): void;
}

export interface CallScreenParts {
  onHangUp: () => void;
  /** The person has muted the microphone, or turned the camera off, or on again. */
  onChoice?: (choice: OwnChoice) => void;
}

const lookEveryMs = 1000;

export function createCallScreen(host: HTMLElement, { onHangUp, onChoice }: CallScreenParts): CallScreen {
  const stage = createCallStage();
  const sentence = element('span', { class: 'sentence' });
  const note = element('span', { class: 'note' });
  const status = element('p', { id: 'callStatus', role: 'status' }, sentence, ' ', note);
  const problem = element('p', { id: 'callProblem', role: 'status' });
  const controls = createCallControls((control) => current?.press(control), onHangUp);
  const bar = element('div', { class: 'call-bar' }, status, problem, controls.root);
  const chat = createCallChat();
  const plot = createCallPlot();
  const picture = element('div', { class: 'call-main' }, stage.root, bar);
  const root = element('div', { class: 'call-screen', hidden: true }, picture, chat.root, plot.root);
  host.append(root);

  let current: { press(control: 'microphone' | 'camera' | 'screen'): void; end(): void } | undefined;

  function say({ sentence: words, note: more, tone }: CallWords): void {
    // Only when it differs: each change is read out.
    if (sentence.textContent !== words) sentence.textContent = words;
    if (note.textContent !== more) note.textContent = more;
    status.dataset['tone'] = tone;
  }

  function lookLike(mode: 'nothing' | 'preview' | 'call' | 'over'): void {
    root.hidden = mode === 'nothing';
    root.dataset['mode'] = mode;
    const isCalm = mode === 'nothing' || mode === 'preview';
    for (const part of [bar, chat.root]) part.hidden = isCalm;
    controls.root.hidden = mode !== 'call';
    plot.root.hidden = mode !== 'call';
    controls.listen(mode === 'call');
  }

  function begin(call: Call, channel: SignalingChannel, other: string | undefined) {
    let hasMet = channel.peer !== 'gone';
    let isExpelled = false;
    let isTalking = false;
    /** The client instance to which the texts before belong. */
    let talkedTo: string | undefined;
    const theirs = createTheirSide(call, stage.remoteVideo);
    const own = createOwnSide({
      call,
      tell(state, why) {
        stage.showLocal(call.localStream, !state.isSharing);
        controls.show(state);
        problem.textContent = why;
      },
      chosen: (choice) => onChoice?.(choice),
    });

    function update(): void {
      const { state, failure, endedBy, route } = call;
      const { isSeen, isHeard } = theirs;
      if (channel.peer !== 'gone') hasMet = true;
      say(
        wordsOf({
          state,
          failure: failure?.message,
          endedBy,
          isExpelled,
          route,
          server: channel.state,
          peer: channel.peer,
          hasMet,
          other,
          isSeen,
          isHeard,
        }),
      );
      // Somebody who waits in line gets the seat in the moment in which it is free.
      const isAnother = state === 'waiting' || channel.peerMe !== talkedTo;
      if (isTalking && isAnother) chat.mark(`${other ?? 'The other person'} has left`);
      isTalking = state === 'connected' || state === 'reconnecting';
      talkedTo = channel.peerMe;
      stage.remoteIsSeen(isSeen || state !== 'connected');
      plot.root.hidden = !isTalking;
      if (state === 'ended' || state === 'failed') finish();
    }

    async function look(): Promise<void> {
      if (!isTalking) return;
      const [stats] = await Promise.all([call.stats(), theirs.look()]);
      if (current !== shown) return;
      plot.add(stats);
      update();
    }

    /** The words and the chat stay; one's own picture does not. */
    function finish(): void {
      stopAll();
      stage.showLocal(null, true);
      stage.showRemote(null);
      chat.begin(undefined);
      lookLike('over');
    }

    const timer = setInterval(() => void look(), lookEveryMs);
    const stops = [
      call.on('state', update),
      call.on('route', update),
      call.on('remoteStream', (stream) => {
        stage.showRemote(stream);
        update();
      }),
      call.on('text', chat.hear),
      channel.on('peer', update),
      channel.on('state', (_, failure) => {
        isExpelled = failure instanceof ChannelFailure && failure.reason === 'expelled';
        update();
      }),
    ];

    function stopAll(): void {
      clearInterval(timer);
      for (const stop of stops.splice(0)) stop();
      theirs.end();
      own.end();
    }

    const shown = { press: own.toggle, end: stopAll };
    current = shown;
    problem.textContent = '';
    chat.clear();
    chat.begin(call.sendText, other);
    plot.clear();
    lookLike('call');
    controls.show(own.state);
    stage.showLocal(call.localStream, !own.state.isSharing);
    stage.showRemote(call.remoteStream);
    update();
  }

  function leave(): void {
    current?.end();
    current = undefined;
    stage.showRemote(null);
    stage.remoteIsSeen(true);
  }

  return {
    preview(stream) {
      leave();
      lookLike('preview');
      stage.showLocal(stream, true);
    },
    show(call, channel, otherName) {
      leave();
      begin(call, channel, otherName);
    },
    clear() {
      leave();
      stage.showLocal(null, true);
      chat.clear();
      lookLike('nothing');
    },
  };
}
