import type { Explanations } from './explanations.ts'

/** Modules for databases and certificates, and the lab. */
export const servicesCodes: Explanations = {
  E_AUTHORITY: [
    'A directory holds another certificate authority than the one that is asked for.',
    'Name another directory.',
  ],
  E_CERTIFICATE: [
    'A text is no certificate in PEM form, or not one that can be used.',
    'Give another.',
  ],
  E_ENGINE_CHANGE: [
    'The host runs another database engine than the one that is asked for.',
    'Keep the engine, or move the data by hand.',
  ],
  E_KEY: [
    'A private key cannot be used, or does not belong to the certificate.',
    'Give the right one, without a passphrase.',
  ],
  E_LAB_ADDRESS: ['A host of the lab cannot have this address.', 'Name another.'],
  E_LAB_BOOT: [
    'A host of the lab does not come up.',
    'Read the end of its console in the message.',
  ],
  E_LAB_CACHE: ['The package cache of the lab does not start.', 'Read the reason in the message.'],
  E_LAB_COMMAND: ['A command that the lab needs failed.', 'Read what it says.'],
  E_LAB_FULL: ['All networks for labs are taken.', 'End labs that are no longer used.'],
  E_LAB_IMAGE: ['There is no such image for hosts of the lab.', 'Choose one of those in the hint.'],
  E_LAB_NAME: [
    'A name cannot be that of a lab or of its hosts.',
    'Use lower-case letters, digits and `-`.',
  ],
  E_LAB_NO_HOST: ['The lab has no such host.', 'Correct the name.'],
  E_LAB_OTHER: ['A host of the lab is there already and differs.', 'End the lab first.'],
  E_LAB_UNSUPPORTED: ['This machine cannot run a lab.', 'Read what it lacks.'],
  E_PASSPHRASE: [
    'The key of the authority is encrypted, and the passphrase is missing or wrong.',
    'Give the right one.',
  ],
  E_REPLICA_BROKEN: ['Replication stopped with an error.', 'Seed the replica anew.'],
  E_REPLICA_DIVERGED: [
    'The replica has data that its source does not have.',
    'Seed the replica anew.',
  ],
  E_SQL_ARGS: ['A query lacks a value for one of its placeholders.', 'Give as many as it has.'],
  E_SQL_LIMIT: ["An account's limit does not exist.", 'Correct its name.'],
  E_SQL_NO_DATABASE: [
    'The server has no such database.',
    'Make it in an earlier task, with `mysql_db`.',
  ],
  E_SQL_NO_ENGINE: [
    'No database server is installed or on offer.',
    'Install one in an earlier task.',
  ],
  E_SQL_NO_SERVER: ['No database server is installed.', 'Install one in an earlier task.'],
  E_SQL_PERSIST: ['MariaDB cannot persist a variable.', 'Write it into a configuration file.'],
  E_SQL_PLUGIN: [
    'No password can be set for this authentication plugin.',
    'Leave out the password, or choose another plugin.',
  ],
  E_SQL_PRIVILEGES: ['Privileges cannot be read.', 'Correct `priv` as the message says.'],
  E_SQL_QUERY: ['A statement is no text.', 'Put it in quotes.'],
  E_SQL_STOPPED: [
    'The database server does not answer.',
    "Look at its unit's journal on the host.",
  ],
  E_SQL_TLS: ['A requirement of TLS does not exist.', 'Correct its name.'],
  E_SQL_VARIABLE: ['The server has no such variable.', 'Correct its name.'],
  E_TOPOLOGY_CHANGE: [
    'A replica is asked to become something else without being promoted.',
    'Promote it by the playbook for that.',
  ],
}
