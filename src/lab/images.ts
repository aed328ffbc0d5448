import { UserError } from '../core/error.ts'

const SUITES = { 'debian-12': 'bookworm', 'debian-13': 'trixie', 'debian-sid': 'sid' } as const

/** The name of an image that hosts can be booted from. */
export type ImageName = keyof typeof SUITES

/** All image names, oldest release first. */
export const imageNames = Object.keys(SUITES) as ImageName[]

/** The Debian suite that an image is made of. */
export const suiteOf = (image: ImageName): (typeof SUITES)[ImageName] => SUITES[image]

/** Checks a user's word for an image. */
export const imageName = (word: string): ImageName => {
  const name = imageNames.find(known => known === word)
  if (name !== undefined) return name
  throw new UserError('E_LAB_IMAGE', `there is no lab image "${word}"`, {
    hint: `images are ${imageNames.join(', ')}`,
  })
}
