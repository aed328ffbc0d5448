import { Command, CommanderError } from 'commander'
import { UserError, UserErrors } from '../core/error.ts'
import { EXIT } from './exit.ts'
import { forTerminal, shownError } from './mistakes.ts'
import { withInputFlags, withRunFlags, withVaultFlags, type RunFlags } from './options.ts'
import {
  mergedFlags,
  refuseDecided,
  withApplyFlags,
  withPlanFlags,
  withShowFlags,
} from './planoptions.ts'
import { VAULT_COMMANDS, type VaultCommand } from './vaultcommands.ts'
import { version } from './version.ts'

/** The command line; each command's code is loaded when it is called. */
const program = (done: (code: number) => void): Command => {
  const root = new Command('provision')
    .description(
      "Sets up hosts over SSH from playbooks, roles and an inventory in Ansible's language.",
    )
    .version(version())
    .argument('[playbooks...]', 'playbooks to run; `playbooks/site.yml` without')
    .enablePositionalOptions()
    .exitOverride()
  withRunFlags(root).action(async (playbooks: string[], flags: RunFlags) => {
    const { run } = await import('./run.ts')
    done(await run(playbooks, flags))
  })
  addPlans(root, done)
  withInputFlags(root.command('check'))
    .description('find mistakes in playbooks, roles and inventory; connects to nothing')
    .argument('[playbooks...]', 'playbooks to check')
    .action(async (playbooks: string[], flags: RunFlags) => {
      const { checkOnly } = await import('./check.ts')
      done(await checkOnly(playbooks, { ...root.opts(), ...flags }))
    })
  withInputFlags(root.command('inventory'))
    .description('show hosts, groups and variables with their origin')
    .option('-o, --output <format>', '`text` or `json`', 'text')
    .option('--host <name>', 'the variables of one host')
    .action(async (flags: RunFlags & { host?: string }) => {
      const { showInventory } = await import('./inventory.ts')
      done(await showInventory({ ...root.opts(), ...flags }))
    })
  root
    .command('modules')
    .description('list the modules, or show the parameters of one')
    .argument('[name]', 'a module')
    .action(async (name: string | undefined) => {
      const { showModules } = await import('./modules.ts')
      done(showModules(name))
    })
  addVault(root, done)
  addLab(root, done)
  return root
}

const addPlans = (root: Command, done: (code: number) => void): void => {
  withPlanFlags(root.command('plan'))
    .description('make a dry run and write its plan to a file')
    .argument('[playbooks...]', 'playbooks to plan; `playbooks/site.yml` without')
    .action(async (playbooks: string[], _: unknown, command: Command) => {
      const { plan } = await import('./plan.ts')
      const { out } = command.opts<{ out: string }>()
      done(await plan(playbooks, { ...mergedFlags(root, command), out }))
    })
  withShowFlags(root.command('show'))
    .description('show a saved plan')
    .argument('<file>', 'the plan')
    .action(async (file: string, _: unknown, command: Command) => {
      const { show } = await import('./show.ts')
      done(await show(file, mergedFlags(root, command)))
    })
  withApplyFlags(root.command('apply'))
    .description('do what a saved plan says, and nothing else')
    .argument('<file>', 'the plan')
    .action(async (file: string, _: unknown, command: Command) => {
      const { apply } = await import('./apply.ts')
      refuseDecided(root, command)
      done(await apply(file, mergedFlags(root, command)))
    })
}

const addVault = (root: Command, done: (code: number) => void): void => {
  const vault = root.command('vault').description("encrypt files and values, in Ansible's format")
  for (const [name, about] of Object.entries(VAULT_COMMANDS))
    withVaultFlags(vault.command(name))
      .description(about)
      .argument(
        '<files...>',
        name === 'encrypt-string' ? 'NAME of the variable; its value is asked for' : 'files',
      )
      .action(async (files: string[], flags: RunFlags) => {
        done(await (await import('./vault.ts')).vault(name as VaultCommand, files, flags))
      })
}

const addLab = (root: Command, done: (code: number) => void): void => {
  const lab = root
    .command('lab')
    .description('throw-away real hosts on this machine (root on Linux)')
  const named = (command: Command): Command => command.option('--lab <name>', 'which lab', 'lab')
  named(lab.command('up'))
    .description('boot hosts; those that run are left alone')
    .option('--image <name>', 'debian-12, debian-13 or debian-sid', 'debian-sid')
    .option('--hosts <names>', 'comma-separated names', 'lb1,web1,web2')
    .action(async (flags: { lab: string; image: string; hosts: string }) => {
      done(await (await import('./lab.ts')).up(flags))
    })
  named(lab.command('down'))
    .description('remove the hosts and all that was made for them')
    .action(async (flags: { lab: string }) => {
      done(await (await import('./lab.ts')).down(flags))
    })
  named(lab.command('list'))
    .description('the hosts with address, user and key')
    .option('-o, --output <format>', '`text` or `json`', 'text')
    .action(async (flags: { lab: string; output: string }) => {
      done(await (await import('./lab.ts')).list(flags))
    })
  named(lab.command('ssh'))
    .description('log in to a host, or run a command there')
    .argument('<name>', 'the host')
    .argument('[command...]', 'what to run; a login shell without')
    .passThroughOptions()
    .action(async (host: string, command: string[], flags: { lab: string }) => {
      done(await (await import('./lab.ts')).ssh({ ...flags, host, command }))
    })
}

/** A mistake of the user's has no stack trace; anything else is our bug and shows one. */
const exitCodeFor = (error: unknown): number => {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage
  if (error instanceof UserErrors) {
    process.stderr.write(error.errors.map(one => `${shownError(one)}\n`).join(''))
    return EXIT.usage
  }
  if (error instanceof UserError) {
    process.stderr.write(`${shownError(error)}\n`)
    return error.code === 'E_INTERRUPTED' ? EXIT.interrupted : EXIT.usage
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
  process.stderr.write(
    `This is a bug in provision, not a mistake of yours:\n${forTerminal(stack)}\n`,
  )
  return EXIT.bug
}

/** Whoever reads our output may leave before its end (`| head`): the run itself goes on. */
const outliveReaders = (): void => {
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error
    })
}

/** Does what the command line says, and leaves the exit code. */
export const main = async (): Promise<void> => {
  process.exitCode = EXIT.done
  outliveReaders()
  try {
    await program(code => (process.exitCode = code)).parseAsync()
  } catch (error) {
    process.exitCode = exitCodeFor(error)
  }
}
