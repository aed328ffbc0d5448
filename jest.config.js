const swc = [
  '@swc/jest',
  {
    jsc: { target: 'es2023', parser: { syntax: 'typescript' } },
    module: { type: 'commonjs' },
  },
]
const project = (displayName, testMatch) => ({
  displayName,
  testMatch,
  testEnvironment: 'node',
  transform: { '\\.ts$': swc },
  globalSetup: '<rootDir>/test/temporary.ts',
  globalTeardown: '<rootDir>/test/cleanup.ts',
})

/** `unit` needs nothing but Node; `lab` boots real hosts and needs root on Linux. */
export default {
  // Shells, sshd and the command line are real, and machines are slow now and then.
  testTimeout: 60_000,
  projects: [
    {
      ...project('unit', ['<rootDir>/test/**/*.test.ts']),
      testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/lab/'],
    },
    project('lab', ['<rootDir>/test/lab/**/*.test.ts']),
  ],
}
