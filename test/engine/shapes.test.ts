import { formatError, UserError } from '../../src/core/error.ts'
import { play, Project } from './harness.ts'

const projectOf = (tasks: string, vars = ''): Project =>
  new Project({ 'site.yml': play(tasks, vars) })

/** What the check says before anything runs. */
const checked = async (tasks: string): Promise<string> => {
  const project = projectOf(tasks)
  try {
    await project.run()
    return 'nothing'
  } catch (error) {
    if (error instanceof UserError)
      return formatError(error).replaceAll(`${project.directory}/`, '')
    throw error
  }
}

test.each([
  [
    '- cron: {name: "a\\nb", job: x}',
    'site.yml:4:14: cron: "name" needs one line of text, not "a\\nb" [E_PARAM_TYPE]',
  ],
  [
    '- uri:\n    url: http://x\n    headers: {X-A: "b\\nC: d"}',
    'site.yml:6:9: uri: "headers.X-A" needs one line of text, not "b\\nC: d" [E_PARAM_TYPE]',
  ],
  [
    '- sysctl: {name: net/../../x, value: "{{ inventory_hostname }}"}',
    'site.yml:4:16: sysctl: "name" needs the name of a kernel parameter, such as "net.ipv4.ip_forward", not "net/../../x" [E_PARAM_TYPE]',
  ],
  [
    '- git: {repo: "ext::sh -c x", dest: /x}',
    'site.yml:4:13: git: "repo" needs the address of a repository, without an option and without a remote helper such as "ext::", not "ext::sh -c x" [E_PARAM_TYPE]',
  ],
])('the check finds what is written there: %s', async (tasks, error) => {
  expect(await checked(tasks)).toBe(error)
})

test.each([false, true])('a run finds what a value brings, dry: %s', async dryRun => {
  const project = projectOf(
    '- cron: {name: "x {{ evil }}", job: y, cron_file: DIR/jobs}',
    'vars: {evil: "\\n* * * * * root evil"}',
  )
  const { reports } = await project.run({ flags: dryRun ? { dryRun } : {} })
  expect(reports).toMatchObject([
    {
      status: 'failed',
      code: 'E_PARAM_TYPE',
      message: expect.stringContaining('cron: "name" needs one line of text') as string,
    },
  ])
})
