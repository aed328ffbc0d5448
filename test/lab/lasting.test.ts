import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { TestLab } from './provision.ts'
import { failures } from './report.ts'
import { MINUTES } from './limits.ts'

/** Two services: one that runs on, and one that starts well and ends with an error soon after. */
const PLAYBOOK = `
- hosts: all
  gather_facts: false
  tasks:
    - name: Services are described
      copy:
        dest: /etc/systemd/system/{{ item.name }}.service
        content: "[Service]\\nExecStart=/bin/sh -c '{{ item.does }}'\\n"
      loop:
        - { name: steady, does: sleep 100 }
        - { name: short, does: sleep 0.5; exit 3 }
      loop_control: { label: "{{ item.name }}" }
    - name: Steady service runs
      systemd: { name: steady, state: started, daemon_reload: true }
    - name: Short service runs
      systemd: { name: short, state: started }
    - name: Some time goes by
      pause: { seconds: 2 }
`

let lab: TestLab
beforeAll(async () => {
  lab = await TestLab.up('t-lasting', 'debian-13', ['one'])
}, 5 * MINUTES)
afterAll(() => lab.down(), MINUTES)

test(
  'a service that has died by the end of the play fails the task that started it',
  async () => {
    const playbook = join(lab.directory, 'services.yml')
    await writeFile(playbook, PLAYBOOK)
    const { report, code } = await lab.run(lab.connections, playbook)
    expect(failures(report)).toMatchObject([{ task: 'Short service runs', code: 'E_DIED' }])
    expect(code).toBe(2)
  },
  MINUTES,
)
