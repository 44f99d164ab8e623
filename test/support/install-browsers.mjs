// Sees to it that the two browsers of the tests are there. Installs them as root on Debian; elsewhere names the command.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const packages = { chromium: '/usr/bin/chromium', 'firefox-esr': '/usr/bin/firefox-esr' };
const missing = Object.keys(packages).filter((name) => !existsSync(packages[name]));
const install = ['apt-get', 'install', '-y', '--no-install-recommends', ...missing];

if (missing.length > 0) {
  const isRootOnDebian = process.getuid?.() === 0 && existsSync('/etc/debian_version');
  if (!isRootOnDebian) {
    console.error(
      `The tests need ${missing.join(' and ')}. Install with: sudo apt-get update && sudo ${install.join(' ')}`,
    );
    process.exit(1);
  }
  const options = { stdio: 'inherit', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
  execFileSync('apt-get', ['update'], options);
  execFileSync(install[0], install.slice(1), options);
}
