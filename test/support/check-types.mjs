// `npm run types`: each part of the project with what it may use: the server without a browser's types, rules and protocol
// without Node's, the client without Node's.
import { compile } from '../../build.mjs';

for (const project of ['server', 'server/tsconfig.pure.json', 'client', 'test', 'examples/react']) {
  compile('-p', project, '--noEmit');
}
