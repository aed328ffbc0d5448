import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from '../../../src/probes/maintainer/parse.ts'
import { Unreadable } from '../../../src/probes/maintainer/syntax.ts'

const INFO = '/var/lib/dpkg/info'
const onDebian = existsSync(INFO) ? test : test.skip

onDebian('reads every shell script of the packages on this machine that its shell reads', () => {
  const scripts = readdirSync(INFO)
    .filter(name => /\.(?:pre|post)(?:inst|rm)$/.test(name))
    .map(name => ({ name, text: readFileSync(join(INFO, name), 'utf8') }))
    .filter(({ text }) => /^#!\s*\/(?:usr\/)?bin\/(?:da|ba)?sh\b/.test(text))
  expect(scripts.length).toBeGreaterThan(20)
  const unread = scripts.filter(({ text }) => {
    try {
      parse(text)
      return false
    } catch {
      return true
    }
  })
  expect(unread.map(({ name }) => name)).toEqual([])
})

test.each([
  'if true; then',
  'case x in a) ;;',
  'echo "never ends',
  'for x in a; do echo; ',
  '( echo',
  'fi',
  'cat <<E\nno end',
  'a=(1 2)',
  'echo )',
])('refuses %j, as the shell does', text => {
  expect(() => parse(text)).toThrow(Unreadable)
})

test.each([
  'if ! a && b || c; then d; elif e; then f; else g; fi >x 2>&1',
  'case "$1" in (a|b) x ;; *) y ; esac',
  'f() { echo; }\nf a',
  'for x; do :; done',
  'while read -r x; do :; done <<-E\n\tx $y\n\tE\necho after',
  'x=$(cat <<E\n)\nE\n)',
  'echo `echo \\`echo a\\``',
  'a=1 b="$a" command x >/dev/null & wait',
  'echo "${x:-"a b"}" ${y%%.*} ${#z} $((1 + 2)) \'it\'"\'"s',
  'x() ( cd /; ls )',
  '# only a comment',
  '',
  'a |\n  b &&\n  c',
])('takes %j, as the shell does', text => {
  expect(() => parse(text)).not.toThrow()
  expect(spawnSync('sh', ['-n', '-c', text]).status).toBe(0)
})
