// Asks the parley of this machine how it is: exit code 0 when it answers 200, 1 when it does not. It finds it by the
// same settings, given as variables. For containers and service units, which have no curl.
//
//   node health-check.mjs              is it alive (/healthz)?
//   node health-check.mjs readyz 10    is it ready for people, within 10 s?
import { get as getHttp } from 'node:http';
import { get as getHttps } from 'node:https';
import { performance } from 'node:perf_hooks';
import process from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';

const { PORT = '8181', HOST = '', BASE_PATH = '', TLS_CERT_FILE = '' } = process.env;
const [endpoint = 'healthz', seconds = '0'] = process.argv.slice(2);

const get = TLS_CERT_FILE === '' ? getHttp : getHttps;
const question = {
  host: ['', '0.0.0.0', '::'].includes(HOST) ? 'localhost' : HOST,
  port: PORT,
  path: `${BASE_PATH.replace(/\/+$/, '')}/${endpoint}`,
  timeout: 2000,
  // It asks itself, under a name that is not the certificate's.
  rejectUnauthorized: false,
};

function isWell() {
  return new Promise((resolve) => {
    const request = get(question, ({ statusCode }) => resolve(statusCode === 200));
    request.on('error', () => resolve(false));
    request.on('timeout', () => request.destroy());
  });
}

const until = performance.now() + Number(seconds) * 1000;
let well = await isWell();
while (!well && performance.now() < until) {
  await pause(100);
  well = await isWell();
}
process.exit(well ? 0 : 1);
