import { randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, lstatSync, openSync, readFileSync } from 'node:fs'
import { renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { UserError } from '../core/error.ts'
import { jsonText } from '../report/json.ts'
import { PLAN_VERSION, type PlanDocument } from './document.ts'
import { whyNoPlan } from './schema.ts'

/** Throws E_FILE_EXISTS where a plan would overwrite something else than a plan. */
export const refuseOverwriting = (file: string): void => {
  if (statSync(dirname(file), { throwIfNoEntry: false })?.isDirectory() !== true)
    throw new UserError('E_FILE_MISSING', `there is no directory "${dirname(file)}" for the plan`)
  const found = lstatSync(file, { throwIfNoEntry: false })
  if (found === undefined) return
  if (found.isFile() && versionOf(readFileSync(file, 'utf8')) !== undefined) return
  throw new UserError('E_FILE_EXISTS', `"${file}" exists and is no plan`, {
    hint: 'name another file; only an older plan is overwritten',
  })
}

/** Writes the plan for its owner alone; the file is there as a whole or not at all. */
export const writePlan = (file: string, document: PlanDocument): void => {
  refuseOverwriting(file)
  const name = `.${basename(file)}.${randomBytes(6).toString('hex')}`
  const staged = join(dirname(file), name)
  const handle = openSync(staged, 'wx', 0o600)
  try {
    writeFileSync(handle, jsonText(document))
    fsyncSync(handle)
    renameSync(staged, file)
  } catch (error) {
    rmSync(staged, { force: true })
    throw error
  } finally {
    closeSync(handle)
  }
}

/** Reads a saved plan. Throws E_FILE_MISSING, E_PLAN_FORMAT, E_PLAN_NEWER. */
export const readPlan = (file: string): PlanDocument => {
  const text = textOf(file)
  const version = versionOf(text)
  if (version === undefined)
    throw new UserError('E_PLAN_FORMAT', `"${file}" is no plan`, {
      hint: 'plans are made by `provision plan -o FILE`',
    })
  if (version > PLAN_VERSION)
    throw new UserError('E_PLAN_NEWER', `"${file}" is a plan of version ${version}`, {
      hint: `this program reads version ${PLAN_VERSION}: use the one that made it, or plan again`,
    })
  const document: unknown = JSON.parse(text)
  const why = whyNoPlan(document)
  if (why === undefined) return document as PlanDocument
  throw new UserError('E_PLAN_FORMAT', `"${file}" is a damaged plan: ${why}`, {
    hint: 'plan again',
  })
}

const textOf = (file: string): string => {
  if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true)
    throw new UserError('E_FILE_MISSING', `there is no plan "${file}"`)
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw new UserError('E_FILE_UNREADABLE', `"${file}" may not be read by this account`, { cause })
  }
}

/** The version of a plan; undefined for what is none. */
const versionOf = (text: string): number | undefined => {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null || !('plan' in value)) return undefined
    return typeof value.plan === 'number' && 'hosts' in value ? value.plan : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
