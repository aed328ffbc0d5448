import { becomes, type Change } from '../core/change.ts'
import { fieldsDiff } from '../core/diff.ts'
import { defineModule, type Result } from '../core/module.ts'
import { path } from '../core/probe.ts'
import { boolean, integer, oneOf, optional, withDefault } from '../core/schema.ts'
import { account } from '../core/shapes.ts'
import { sh } from '../core/shell.ts'
import { withFields, withUncertain } from '../core/uncertain.ts'
import { userGroup, type Group } from '../probes/account.ts'
import { numberGiven } from '../probes/effects.ts'

const SCOPE = [
  { realm: 'account', name: '*' },
  { realm: 'identity', name: '*' },
  path('/etc/group'),
  path('/etc/gshadow'),
] as const

export const group = defineModule({
  name: 'group',
  summary: 'Ensures that a group of accounts exists, or does not.',
  params: {
    name: account('Name of the group.'),
    gid: optional(integer('Its number; left alone when omitted.')),
    state: withDefault(oneOf(['present', 'absent'], 'Whether the group exists.'), 'present'),
    system: withDefault(boolean('A new group gets a number from the range for the system.'), false),
    non_unique: withDefault(boolean('Another group may have the number too.'), false),
    force: withDefault(boolean("Removes a group that is some account's primary group."), false),
  },

  probes: want => ({ group: userGroup(want.name) }),

  plan(want, { group: now }) {
    const change = (summary: string, words: readonly string[], after: Group | null): Change => ({
      do: 'run',
      summary,
      diff: fieldsDiff(
        `group ${want.name}`,
        fields(now?.gid),
        fields(after && (want.gid ?? 'next free')),
      ),
      script: sh`${words} -- ${want.name}`,
      effects: [
        becomes(userGroup(want.name), after),
        ...(after === null ? [] : numberGiven('group', want.name, want.gid)),
      ],
      scope: SCOPE,
    })
    const number = want.gid === undefined ? [] : ['-g', String(want.gid)]
    const shared = want.non_unique ? ['-o'] : []
    if (want.state === 'absent') {
      const forced = want.force ? ['-f'] : []
      return now ? [change(`remove group ${want.name}`, ['groupdel', ...forced], null)] : []
    }
    if (now === null) {
      const system = want.system ? ['-r'] : []
      const words = ['groupadd', ...system, ...number, ...shared]
      return [change(`add group ${want.name}`, words, added(want.gid))]
    }
    if (want.gid === undefined || want.gid === now.gid) return []
    const words = ['groupmod', ...number, ...shared]
    return [change(`group ${want.name}: gid ${want.gid}`, words, { ...now, gid: want.gid })]
  },

  reach: () => SCOPE,

  // A number that the host chooses is not read before somebody asks for it.
  result: ({ name, state, system }, _before, { group: now }) =>
    withFields<object>({ name, state, system }, now ?? {}) as Result,
})

const fields = (gid: number | string | null | undefined): Record<string, string | null> => ({
  gid: gid === null || gid === undefined ? null : String(gid),
})

const added = (gid: number | undefined): Group =>
  gid === undefined
    ? withUncertain<Group>(
        { gid: 0, members: [] },
        ['gid'],
        'the host chooses the number of a new group',
      )
    : { gid, members: [] }
