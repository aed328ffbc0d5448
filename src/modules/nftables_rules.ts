import { becomes, type Change, type Guard } from '../core/change.ts'
import type { Diff } from '../core/diff.ts'
import { UserError } from '../core/error.ts'
import { defineModule } from '../core/module.ts'
import { path as place } from '../core/probe.ts'
import { absolutePath, text, withDefault } from '../core/schema.ts'
import { constant, fed, lines, sh } from '../core/shell.ts'
import { contentOf } from '../probes/content.ts'
import { fileAppears } from '../probes/effects.ts'
import { firewall, type Firewall } from '../probes/firewall.ts'
import { attributeParams, newInfo, setAttributes, withAttributes } from './attributes.ts'
import { destination } from './destination.ts'
import { modeOf } from './mode.ts'
import { requireParent } from './putfile.ts'

const DEFAULT_MODE = '0644'

export const nftablesRules = defineModule({
  name: 'nftables_rules',
  summary:
    'Ensures that a file of nftables rules stands and that the live rules are those it makes.',
  params: {
    path: withDefault(
      absolutePath('The file, as nftables.service loads it.'),
      '/etc/nftables.conf',
    ),
    content: text(
      'The whole rule set; it begins with `flush ruleset`, so that nothing else stays.',
    ),
    ...attributeParams,
  },

  check: want =>
    want.content === undefined || /^\s*flush\s+ruleset\b/m.test(want.content)
      ? undefined
      : 'content must say "flush ruleset" before its tables, or old rules would stay',

  probes: (want, known) => ({
    ...destination(want.path, known, { follow: true, content: true }),
    rules: firewall(want.content),
  }),

  reach: want => [place(want.path), FIREWALL],

  plan(want, actual) {
    const rules = checked(actual.rules)
    const at = actual.resolved?.physical ?? want.path
    requireParent(at, actual.parent)
    const next = contentOf(Buffer.from(want.content))
    const existing = actual.info?.kind === 'file' ? actual.info : null
    const wanted = rules.kind === 'read' ? rules.wanted : want.content
    const loaded = [becomes(firewall(want.content), { kind: 'read', live: wanted, wanted })]
    const common = { do: 'run', guard: guardOf(at) } as const
    if (existing === null || actual.content?.sha256 !== next.sha256) {
      const mode = modeOf(want.mode ?? existing?.mode ?? DEFAULT_MODE, {
        mode: DEFAULT_MODE,
        kind: 'file',
      })
      const info = withAttributes(existing ?? newInfo('file', mode, actual), { ...want, mode })
      const old = actual.content?.bytes?.toString('utf8') ?? null
      const change: Change = {
        ...common,
        summary: `write ${at} and load its rules`,
        diff: losesLiveOnes(rules) ? rulesDiff(rules) : fileDiff(at, old, want.content),
        script: replace(at, {
          ...want,
          mode,
          owner: want.owner ?? info.owner,
          group: want.group ?? info.group,
        }),
        effects: [...fileAppears(at, info, next), ...loaded],
        scope: [place(at), FIREWALL],
      }
      return [change]
    }
    const attributes = setAttributes(at, existing, want)
    if (isLoaded(rules)) return attributes
    const load: Change = {
      ...common,
      summary: `load the rules of ${at}: the live ones are others`,
      diff: rulesDiff(rules),
      script: sh`nft -f ${at}`,
      effects: loaded,
      scope: [FIREWALL],
    }
    return [...attributes, load]
  },
})

const FIREWALL = { realm: 'firewall', name: '*' } as const

type Rules = Exclude<Firewall, { kind: 'refused' }>

const isLoaded = (rules: Rules): boolean =>
  rules.kind === 'read' ? rules.live === rules.wanted : rules.loaded

/** Whether there are live rules that go, which the file may say nothing of. */
const losesLiveOnes = (rules: Rules): boolean =>
  rules.kind === 'read' && rules.live !== '' && !isLoaded(rules)

const checked = (rules: Firewall | null): Rules => {
  if (rules === null)
    throw new UserError('E_NFT_MISSING', 'there is no nft on this host', {
      hint: 'install the package nftables first',
    })
  if (rules.kind === 'refused')
    throw new UserError('E_NFT_RULES', `nft refuses the rules:\n${rules.message}`)
  return rules
}

interface File {
  readonly content: string
  readonly mode: string
  readonly owner: string
  readonly group: string
}

// Loaded before it is put in place: a file that cannot be loaded never stands.
const replace = (at: string, { content, mode, owner, group }: File) =>
  fed(
    lines(
      constant('set -e; umask 077'),
      sh`staged=$(mktemp ${`${at}.XXXXXX`})`,
      constant(`trap 'rm -f "$staged"' EXIT
cat >"$staged"`),
      sh`chown -- ${`${owner}:${group}`} "$staged"; chmod -- ${mode} "$staged"`,
      constant('nft -c -f "$staged"; nft -f "$staged"; sync "$staged" 2>/dev/null || :'),
      sh`mv -f "$staged" ${at}`,
    ),
    content,
  )

// A guard that saved nothing would bring back nothing: it has to know where it is.
const guardOf = (at: string): Guard => ({
  why: 'the firewall could lock us out',
  save: lines(
    constant(`set -e; [ "$PWD" != / ]; { echo 'flush ruleset'; nft -s list ruleset; } >rules`),
    sh`if [ -e ${at} ]; then cp -a -- ${at} file; fi`,
  ),
  undo: lines(
    constant('nft -f rules'),
    sh`if [ -e file ]; then cp -a -- file ${at}; else rm -f -- ${at}; fi`,
  ),
})

const rulesDiff = (rules: Rules): Diff | undefined =>
  rules.kind === 'read'
    ? {
        kind: 'text',
        path: 'live rules',
        before: `${rules.live}\n`,
        after: `${rules.wanted}\n`,
      }
    : undefined

const fileDiff = (path: string, before: string | null, after: string): Diff => ({
  kind: 'text',
  path,
  before,
  after,
})
