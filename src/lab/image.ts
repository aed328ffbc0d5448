import { createHash } from 'node:crypto'
import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { AptSetup } from './apt.ts'
import { run, type Bound } from './commands.ts'
import type { ImageName } from './images.ts'
import { withLock } from './lock.ts'
import { CACHE_PORT } from './network.ts'
import { labRoot, type Lab } from './place.ts'
import { recipeOf, type Recipe } from './recipe.ts'

/** What an image is built with. */
interface Workshop {
  readonly lab: Lab
  readonly main: Bound
  readonly apt: AptSetup
  /** Settles when packages can be downloaded. */
  readonly cache: Promise<void>
  readonly onProgress: (message: string) => void
}

/** The root folder of an image, which is built when this machine does not have it yet. */
export const ensureImage = async (
  image: ImageName,
  { lab, main, apt, cache, onProgress }: Workshop,
): Promise<string> => {
  const recipe = await recipeOf(image, apt)
  const key = createHash('sha256').update(JSON.stringify(recipe)).digest('hex').slice(0, 12)
  const folder = join(labRoot(), 'images', `${image}-${key}`)
  if (await isThere(folder)) return folder
  return withLock(join(labRoot(), 'locks', `image-${image}`), async () => {
    if (await isThere(folder)) return folder
    onProgress(`${image}: building the image, once on this machine`)
    const unfinished = join(lab.dir, `image-${image}`)
    await rm(unfinished, { recursive: true, force: true })
    await cache
    await build(recipe, unfinished, { main, lab })
    await mkdir(dirname(folder), { recursive: true })
    await rename(unfinished, folder)
    return folder
  })
}

const build = async (
  recipe: Recipe,
  target: string,
  { main, lab }: { main: Bound; lab: Lab },
): Promise<void> => {
  const proxy = `Acquire::http::Proxy "http://${lab.gateway}:${CACHE_PORT}";`
  const aptOptions = [proxy, ...recipe.aptOptions].map(option => `--aptopt=${option}`)
  await run(
    'env',
    [
      // A killed mmdebstrap leaves its temporary files: where they go with the lab.
      ...[`TMPDIR=${lab.dir}`, 'unshare', '--mount'],
      ...['mmdebstrap', '--mode=root', '--variant=minbase', '--quiet'],
      `--include=${recipe.packages.join(',')}`,
      ...aptOptions,
      ...[recipe.suite, target, ...recipe.sources],
    ],
    main,
  )
  // Our temporary directory need not be there inside.
  const inImage = (...args: string[]) =>
    run('env', ['--unset=TMPDIR', 'chroot', target, ...args], main)
  await rm(join(target, 'etc/apt/apt.conf.d/99mmdebstrap'), { force: true })
  await rm(join(target, 'etc/resolv.conf'), { force: true })
  await inImage('sh', '-c', 'rm -f /etc/ssh/ssh_host_*')
  for (const [file, text] of Object.entries(recipe.files)) await writeFile(join(target, file), text)
  await inImage('useradd', '--create-home', '--shell', '/bin/bash', 'admin')
  await inImage('systemctl', 'disable', '--quiet', ...recipe.disabled)
  await inImage('systemctl', 'mask', '--quiet', ...recipe.masked)
  await trust(recipe.certificates, target, inImage)
}

const trust = async (
  certificates: readonly string[],
  target: string,
  inImage: (...args: string[]) => Promise<string>,
): Promise<void> => {
  for (const [i, pem] of certificates.entries())
    await writeFile(join(target, `usr/local/share/ca-certificates/machine-${i}.crt`), `${pem}\n`)
  if (certificates.length > 0) await inImage('update-ca-certificates')
}

const isThere = (folder: string): Promise<boolean> =>
  stat(folder).then(
    () => true,
    () => false,
  )
