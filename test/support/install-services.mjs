// Sees to it that what the tests stand on is there: two browsers, and the services beside a parley. Installs what is
// missing as root on Debian; elsewhere names the command.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Each Debian package, and a program by which one sees that it is there. */
const packages = {
  chromium: 'chromium',
  'chromium-headless-shell': 'chromium-headless-shell',
  'firefox-esr': 'firefox-esr',
  coturn: 'turnserver',
  'redis-server': 'redis-server',
  nginx: 'nginx',
  faketime: 'faketime',
};
// Where services lie is not on the path of every user.
const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/bin', '/usr/sbin'];
const isThere = (program) => folders.some((folder) => existsSync(join(folder, program)));

const missing = Object.keys(packages).filter((name) => !isThere(packages[name]));
const install = ['apt-get', 'install', '-y', '--no-install-recommends', ...missing];

if (missing.length > 0) {
  const isRootOnDebian = process.getuid?.() === 0 && existsSync('/etc/debian_version');
  if (!isRootOnDebian) {
    const names = new Intl.ListFormat('en').format(missing);
    console.error(`The tests need ${names}. Install with: sudo apt-get update && sudo ${install.join(' ')}`);
    process.exit(1);
  }
  const options = { stdio: 'inherit', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
  execFileSync('apt-get', ['update'], options);
  execFileSync(install[0], install.slice(1), options);
}
