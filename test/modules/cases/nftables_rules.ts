import { content } from '../../../src/probes/content.ts'
import { firewall } from '../../../src/probes/firewall.ts'
import { path } from '../../../src/probes/path.ts'
import { holding, info, is, type Case } from '../model.ts'

const RULES = 'flush ruleset\ntable inet filter {}\n'
const FILE = '/etc/nftables.conf'
const etc = is(path('/etc'), info({ kind: 'directory' }))
const stands = [etc, is(path(FILE), info()), is(content(FILE), holding(RULES))]
const live = (rules: string) =>
  is(firewall(RULES), { kind: 'read', live: rules, wanted: 'table …' })

export const cases: readonly Case[] = [
  {
    case: 'writes the file and loads it',
    args: { content: RULES },
    answers: [etc, live('')],
    changes: [`write ${FILE} and load its rules`],
  },
  {
    case: 'writes a file that differs though the rules are the same',
    args: { content: RULES, mode: '0600' },
    answers: [etc, is(path(FILE), info()), is(content(FILE), holding('# old')), live('table …')],
    changes: [`write ${FILE} and load its rules`],
  },
  {
    case: 'leaves what stands and lives',
    args: { content: RULES },
    answers: [...stands, live('table …')],
    converged: true,
  },
  {
    case: 'sees live rules that somebody has changed by hand',
    args: { content: RULES },
    answers: [...stands, live('table … with more')],
    changes: [`load the rules of ${FILE}: the live ones are others`],
  },
  {
    case: 'changes the mode alone',
    args: { content: RULES, mode: '0600' },
    answers: [...stands, live('table …')],
    changes: [`mode of ${FILE}`],
  },
  {
    case: 'passes on what nft refuses',
    args: { content: RULES },
    answers: [etc, is(firewall(RULES), { kind: 'refused', message: 'syntax error' })],
    error: 'E_NFT_RULES',
  },
  { case: 'names a missing nft', args: { content: RULES }, answers: [etc], error: 'E_NFT_MISSING' },
]
