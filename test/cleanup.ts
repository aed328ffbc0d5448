import { rm } from 'node:fs/promises'

/** After the last test of a project: the files that tests left go. */
export default async (): Promise<void> => {
  const directory = process.env.PROVISION_TEST_FILES
  if (directory !== undefined) await rm(directory, { recursive: true })
}
