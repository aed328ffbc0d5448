import { TaskView } from '../../src/report/taskview.ts'
import { reported } from './reports.ts'

const at = { file: 'site.yml', line: 4, column: 7 }
const progress = (runners: readonly string[] | undefined, done: readonly string[]): string => {
  const hosts = ['web1', 'web2', 'web3', 'web4', 'web5']
  const view = new TaskView('Nginx is installed', { at, hosts, runners })
  view.reports.push(...done.map(host => reported({ host })))
  return view.progress
}

const ALL = ['web1', 'web2', 'web3', 'web4', 'web5']

test.each([
  { case: 'nobody is done', runners: ALL, done: [], shown: '' },
  { case: 'most are still at it', runners: ALL, done: ['web1'], shown: '  (1 done)' },
  {
    case: 'few are still at it',
    runners: ALL,
    done: ['web1', 'web3', 'web4', 'web4'],
    shown: '  (3 done, waiting for web2, web5)',
  },
  {
    case: 'others have no turn',
    runners: ['web1', 'web2'],
    done: ['web1'],
    shown: '  (1 done, waiting for web2)',
  },
  { case: 'nobody knows who has a turn', runners: undefined, done: ['web1'], shown: '  (1 done)' },
])('a task that goes on is told with who is waited for: $case', ({ runners, done, shown }) => {
  expect(progress(runners, done)).toBe(`Nginx is installed${shown}`)
})
