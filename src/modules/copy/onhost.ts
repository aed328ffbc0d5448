import { createHash } from 'node:crypto'
import type { Put } from '../../core/change.ts'
import { lines, sh, type Words } from '../../core/shell.ts'
import { exactMode } from '../attributes.ts'
import { parentOf } from '../destination.ts'

type How = Pick<Put, 'to' | 'mode' | 'owner' | 'group' | 'validate' | 'backup' | 'unsafeWrites'>

/** The script that copies a file of the host to another place there: staged, judged, renamed. */
export const copyOnHost = (from: string, how: How): Words => {
  const directory = stagingOf(how.to)
  const staged = `${directory}/file`
  return lines(
    sh`set -e`,
    sh`rm -rf -- ${directory}`,
    // Fails when somebody else makes it in between: what is staged there is nobody else's.
    sh`mkdir -m 700 -- ${directory}`,
    sh`trap ${sh`rm -rf -- ${directory}`.text} 0`,
    sh`: >${staged}`,
    sh`[ ! -e ${how.to} ] || chown -- "$(stat -c %u:%g -- ${how.to})" ${staged}`,
    ...(how.owner === undefined ? [] : [sh`chown -- ${how.owner} ${staged}`]),
    ...(how.group === undefined ? [] : [sh`chgrp -- ${how.group} ${staged}`]),
    sh`cat -- ${from} >${staged}`,
    sh`chmod -- ${exactMode(how.mode)} ${staged}`,
    ...(how.validate === undefined ? [] : [how.validate(staged)]),
    ...(how.backup === undefined ? [] : [sh`cp -p -- ${how.to} ${how.backup}`]),
    how.unsafeWrites === true ? inPlace(staged, how) : sh`mv -f -- ${staged} ${how.to}`,
  )
}

/** Neither planned at random nor shared by two files of a directory. */
const stagingOf = (to: string): string => {
  const directory = parentOf(to)
  const name = createHash('sha256').update(to).digest('hex').slice(0, 16)
  return `${directory === '/' ? '' : directory}/.provision-${name}`
}

const inPlace = (staged: string, { to, mode }: How): Words =>
  sh`mv -f -- ${staged} ${to} 2>/dev/null || { cat -- ${staged} >${to}; chmod -- ${exactMode(mode)} ${to}; }`
