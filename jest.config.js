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
  projects: [
    {
      ...project('unit', ['<rootDir>/test/**/*.test.ts']),
      testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/lab/'],
    },
    project('lab', ['<rootDir>/test/lab/**/*.test.ts']),
  ],
}
