// Every text of the pages before a script has run, in the order of the page: what a person reads, or hears read out.
import { expect, it } from 'vitest';
import { textsOfPage } from '../support/sentences.js';
import { readText } from '../support/source-files.js';

const needsScript = 'This page needs JavaScript: it talks to the server by itself.';
const head = ['parley', 'Pages', 'Chat', 'Call', 'Phone'];

const pages: Record<string, string[]> = {
  index: [
    'Two browsers meet in a channel and chat until one of them writes Bye.',
    'parley',
    ...head,
    'The conversation',
    'Your side',
    'Connecting to the server...',
    'Link for the other person',
    'Copy',
    'Send',
    'Write',
    'Try again',
    'Other name',
    'New conversation',
    'Bye',
    needsScript,
    'Live ladder',
  ],
  call: [
    'A video call for two: choose a name, send the link, and see each other.',
    'Call · parley',
    ...head,
    needsScript,
    'Name of the call',
    'Continue',
    'Camera',
    'Microphone',
    'Join muted',
    'Join without camera',
    'Join',
    'Try again',
    'Call again',
    'New call',
    'Try again',
    'Another name',
    'Cancel',
    'Invitation',
    'Send this link to the other person',
    'Copy',
    'Share',
  ],
  phone: [
    'Log in with a name, see who is there, and call them.',
    'Phone · parley',
    ...head,
    needsScript,
    'Call people by name',
    'Log in with a name, see who is here, and call them. They call you by yours.',
    'Your name',
    'Log in',
    'Stop',
    'Take the call',
    'Decline',
    'Only listen and watch',
    'Sound only',
    'Try again',
    'Take back',
    'Never mind',
    'Who is here',
    'Log out',
    'Address of this page',
    'Copy',
    'Call by name',
    'Call',
    'Missed calls',
    'Live ladder',
  ],
};

it.each(Object.entries(pages))('%s.html', (name, texts) => {
  expect(textsOfPage(readText(`public/${name}.html`))).toEqual(texts);
});
