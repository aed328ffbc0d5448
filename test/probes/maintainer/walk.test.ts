import { HOLE, type Happening, type Setting } from '../../../src/probes/maintainer/happening.ts'
import { parse } from '../../../src/probes/maintainer/parse.ts'
import { Walk } from '../../../src/probes/maintainer/walk.ts'

const THERE: Readonly<Record<string, 'd' | 'f' | 'l'>> = {
  '/etc/old': 'f',
  '/etc/dir': 'd',
  '/etc/init.d/x': 'f',
}

const setting: Setting = {
  at: path => (path.includes('unknown') ? undefined : (THERE[path] ?? '')),
  executable: path => path === '/etc/init.d/x',
  program: name => (name === 'there' ? true : undefined),
  account: name => name === 'root',
  group: name => name === 'root',
  overridden: path => path === '/var/kept',
}

const walk = (text: string, words: readonly string[]): string[] => {
  const script = { package: 'p', member: 'postinst', text, words }
  return new Walk(script, setting).run(parse(text)).map(show)
}

const show = ({ certain, by, what, ...rest }: Happening): string => {
  expect(by).toBe('p.postinst')
  const about = Object.values(rest)
    .filter(value => value !== false && value !== undefined)
    .map(value => (typeof value === 'string' ? value.replaceAll(HOLE, '?') : JSON.stringify(value)))
  return [certain ? what : `perhaps ${what}`, ...about].join(' ')
}

test.each([
  {
    case: 'what is done when it is configured for the first time',
    text: 'case "$1" in configure) if [ -z "$2" ]; then touch /a; else touch /b; fi ;; esac',
    does: ['file /a'],
  },
  {
    case: 'what is done when it is configured again',
    text: 'case "$1" in configure) if [ -z "$2" ]; then touch /a; else touch /b; fi ;; esac',
    words: ['configure', '1.0'],
    does: ['file /b'],
  },
  {
    case: 'both ways where nobody knows',
    text: 'if grep -q x /etc/old; then touch /a; else touch /b; fi; touch /c',
    does: ['perhaps file /a', 'perhaps file /b', 'file /c'],
  },
  {
    case: 'a variable, and one that has two values',
    text: 'd=/var/lib/x\nmkdir -p "$d"\nif unknown; then e=a; else e=b; fi\ntouch $d/$e',
    does: ['directory /var/lib/x', 'file /var/lib/x/?'],
  },
  {
    case: 'a loop over words',
    text: 'for x in a b; do [ "$x" = a ] && continue; ln -sf ../$x /etc/$x; done',
    does: ['link /etc/b ../b true'],
  },
  {
    case: 'a function with its arguments',
    text: 'make() { [ -e "$1" ] || mkdir "$1"; }\nmake /etc/old\nmake /etc/new',
    does: ['directory /etc/new'],
  },
  {
    case: 'nothing after an end',
    text: 'touch /a; exit 0; touch /b',
    does: ['file /a'],
  },
  {
    case: 'in doubt what is after an end that may have come',
    text: 'if unknown; then exit 0; fi; touch /b',
    does: ['perhaps file /b'],
  },
  {
    case: 'with certainty what is after a failure that may have come: then dpkg fails',
    text: 'unknown || exit 1; touch /b',
    does: ['file /b'],
  },
  {
    case: 'a return within a function alone',
    text: 'f() { if unknown; then return; fi; touch /a; }\nf\ntouch /b',
    does: ['perhaps file /a', 'file /b'],
  },
  {
    case: 'what a program may make that it is told of',
    text: 'some-program --out=/var/lib/x/y "/etc/z" </dev/null; perl -e \'open("/etc/perl")\'',
    does: ['mentioned /var/lib/x/y', 'mentioned /etc/z', 'mentioned /etc/perl'],
  },
  {
    case: 'nothing that is only read',
    text: 'grep x /etc/a && [ -e /etc/b ] || cat /etc/c >/dev/null; x=$(stat -c %a /etc/d)',
    does: [],
  },
  {
    case: 'output into files',
    text: 'echo x > /etc/a; { echo y; } >> "/etc/b"; cat <<E >/etc/c\n/not/this\nE\n',
    does: ['file /etc/a', 'file /etc/b', 'file /etc/c'],
  },
  {
    case: "debhelper's lines for a service",
    text: `
if [ "$1" = "configure" ] || [ "$1" = "abort-upgrade" ]; then
  deb-systemd-helper unmask 'x.service' >/dev/null || true
  if deb-systemd-helper --quiet was-enabled 'x.service'; then
    deb-systemd-helper enable 'x.service' >/dev/null || true
  else
    deb-systemd-helper update-state 'x.service' >/dev/null || true
  fi
fi
if [ -d /etc/dir ]; then
  systemctl --system daemon-reload >/dev/null || true
  if [ -n "$2" ]; then _dh_action=restart; else _dh_action=start; fi
  deb-systemd-invoke $_dh_action 'x.service' 'x.timer' >/dev/null || true
fi`,
    does: ['unit x.service enable', 'units read', 'unit x.service start', 'unit x.timer start'],
  },
  {
    case: "debhelper's lines for a service that is not enabled",
    text: `if deb-systemd-helper debian-installed 'x.service'; then
  if deb-systemd-helper --quiet was-enabled 'x.service'; then deb-systemd-helper enable 'x.service'; fi
fi`,
    does: [],
  },
  {
    case: 'a script of init',
    text: 'if [ -x "/etc/init.d/x" ]; then update-rc.d x defaults; invoke-rc.d x start || exit 1; fi',
    does: ['mentioned /etc/rc?.d/?x', 'unit x.service start'],
  },
  {
    case: 'accounts and groups',
    text: `getent group x >/dev/null || addgroup --system x
if ! getent passwd x >/dev/null; then
  adduser --system --ingroup x --home /var/lib/x --no-create-home \\
    --gecos "X daemon" --shell /bin/false x
fi
adduser x adm
getent passwd root || useradd -r root`,
    does: [
      'group x',
      'account {"name":"x","group":"x","home":"/var/lib/x","shell":"/bin/false","comment":"X daemon","makesHome":false}',
      'member x adm',
    ],
  },
  {
    case: 'alternatives',
    text: 'update-alternatives --install /usr/bin/x x /usr/bin/x1 50 --slave /usr/share/x x.1 /usr/share/x1',
    does: [
      'link /usr/bin/x /etc/alternatives/x',
      'link /etc/alternatives/x /usr/bin/x1',
      'altered /etc/alternatives/x true',
      'link /usr/share/x /etc/alternatives/x.1',
      'link /etc/alternatives/x.1 /usr/share/x1',
      'altered /etc/alternatives/x.1 true',
    ],
  },
  {
    case: 'owners and modes',
    text: 'dpkg-statoverride --list /var/kept || chown x /var/kept; chown -R x:x /var/lib/x; chmod 700 /etc/old',
    does: ['altered /var/lib/x true', 'altered /etc/old'],
  },
  {
    case: 'files of others put aside',
    text: 'dpkg-divert --no-rename --package p --divert /etc/x.away --add /etc/x; dpkg-divert --add --rename --divert /etc/y.away /etc/y; dpkg-divert --remove --rename /etc/z',
    does: ['gone /etc/y', 'mentioned /etc/y.away', 'gone /etc/z.distrib', 'mentioned /etc/z'],
  },
  {
    case: 'files that come and go',
    text: 'rm -rf /a/; mv /etc/old /etc/dir; cp -a /x /y/; ucf --three-way /usr/share/x /etc/x; sed -i s/a/b/ /etc/old',
    does: [
      'gone /a',
      'gone /etc/old',
      'mentioned /etc/dir/old',
      'mentioned /y/x',
      'file /etc/x',
      'altered /etc/old true',
    ],
  },
  {
    case: 'nothing that repairs what an older version left',
    text: 'dpkg-maintscript-helper rm_conffile /etc/x 1.0 p -- "$@"; if dpkg --compare-versions "$2" lt-nl 2; then rm /b; fi',
    does: [],
  },
  {
    case: 'commands in a command substitution, in a pipe and in a subshell',
    text: 'x=$(touch /a; echo y); touch /b | tee /c; (exit 0; touch /d); touch /e',
    does: ['file /a', 'file /b', 'file /c', 'file /e'],
  },
  {
    case: 'files of an unknown name in a directory that is known',
    text: 'for f in /etc/p/*.conf; do rm -f "$f"; done; touch "$HOME/x"',
    does: ['perhaps gone /etc/p/?.conf'],
  },
])('tells $case', ({ text, words = ['configure'], does }) => {
  expect(walk(text, words)).toEqual(does)
})

test('follows no function for ever', () => {
  expect(walk('f() { touch /a; f; }\nf', [])).toHaveLength(12)
})
