import { UserError } from '../core/error.ts'
import type { Placement } from './host.ts'
import { imageName, type ImageName } from './images.ts'
import { addressesOf, checkName, type Lab } from './place.ts'

/** A host to be brought up. */
export interface HostSpec {
  readonly name: string
  readonly image?: ImageName | undefined
  /** One of the lab's own addresses (10.77.N.2 to 254); the first free one from .11 when left out. */
  readonly address?: string | undefined
}

/** What `lab up` is asked for, in the user's words. */
export interface Wanted {
  readonly hosts: readonly (string | HostSpec)[]
  /** The image of hosts that do not name one. */
  readonly image?: string | undefined
}

const DEFAULT_IMAGE: ImageName = 'debian-sid'
const FIRST_NUMBER = 11
const LAST_NUMBER = 254

/** Checks the user's words, before anything is touched. */
export const parseWanted = ({ hosts, image }: Wanted): HostSpec[] => {
  const common = image === undefined ? undefined : imageName(image)
  const specs = hosts.map(host => (typeof host === 'string' ? { name: host } : host))
  for (const [i, { name }] of specs.entries()) {
    checkName('host', name)
    if (specs.findIndex(other => other.name === name) !== i)
      throw new UserError('E_LAB_NAME', `host ${name} is named twice`)
  }
  return specs.map(spec => ({ ...spec, image: spec.image ? imageName(spec.image) : common }))
}

/** The records of the hosts asked for: those that are there, and new ones with free addresses. */
export const assignHosts = (
  specs: readonly HostSpec[],
  existing: readonly Placement[],
  lab: Pick<Lab, 'index'>,
): Placement[] => {
  const taken = new Set(existing.map(({ number }) => number))
  const wanted = specs.map(spec => ({ spec, number: numberOf(spec, lab) }))
  for (const { number } of wanted) if (number !== undefined) taken.add(number)
  const nextFree = (): number => {
    let number = FIRST_NUMBER
    while (taken.has(number)) number += 1
    taken.add(number)
    if (number > LAST_NUMBER) throw new UserError('E_LAB_FULL', 'the lab has no address left')
    return number
  }
  return wanted.map(({ spec, number }) => {
    const record = existing.find(({ name }) => name === spec.name)
    if (record) return unchanged(record, spec, number)
    if (number !== undefined) refuseTaken(number, spec, existing)
    return { name: spec.name, image: spec.image ?? DEFAULT_IMAGE, number: number ?? nextFree() }
  })
}

const numberOf = ({ name, address }: HostSpec, lab: Pick<Lab, 'index'>): number | undefined => {
  if (address === undefined) return undefined
  const number = Number(/\d+$/.exec(address)?.[0])
  if (number > 1 && number <= LAST_NUMBER && addressesOf(lab, number).address === address)
    return number
  throw new UserError('E_LAB_ADDRESS', `host ${name} cannot have the address ${address}`, {
    hint: `this lab has ${addressesOf(lab, 2).address} to ${addressesOf(lab, LAST_NUMBER).address}`,
  })
}

const unchanged = (record: Placement, spec: HostSpec, number: number | undefined): Placement => {
  const sameImage = spec.image === undefined || spec.image === record.image
  const sameAddress = number === undefined || number === record.number
  if (sameImage && sameAddress) return record
  const other = sameImage ? 'has another address' : `was made from ${record.image}`
  throw new UserError('E_LAB_OTHER', `host ${record.name} is there already and ${other}`, {
    hint: 'end the lab first, with "provision lab down"',
  })
}

const refuseTaken = (number: number, spec: HostSpec, existing: readonly Placement[]): void => {
  const other = existing.find(record => record.number === number)
  if (other === undefined) return
  const address = spec.address ?? ''
  throw new UserError('E_LAB_ADDRESS', `the address ${address} belongs to host ${other.name}`)
}
