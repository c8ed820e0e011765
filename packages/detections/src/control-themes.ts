import type { Controls } from "./define-detection.ts";

/**
 * Controls that every detection of a theme serves, in the editions the `Standard` type names.
 * A detection spreads its theme and adds the `cis` and `fsbp` controls that are its own.
 */
export const themes = {
  /** Someone can do more than before, or is someone else than they should be. */
  privilege: {
    soc2: ["CC6.1", "CC6.3"],
    iso27001: ["A.5.15", "A.8.2"],
    pci: ["7.2.1", "7.2.2"],
    hipaa: ["164.308(a)(4)", "164.312(a)(1)"],
    nist: ["AC-2", "AC-3", "AC-6"],
    gdpr: ["32(1)(b)"],
  },
  /** How people and machines prove who they are. */
  credentials: {
    soc2: ["CC6.1", "CC6.2"],
    iso27001: ["A.5.17", "A.8.5"],
    pci: ["8.3.1", "8.4.2"],
    hipaa: ["164.312(d)"],
    nist: ["IA-2", "IA-5"],
    gdpr: ["32(1)(b)"],
  },
  /** The record of what happened, and the tools that read it. */
  logging: {
    soc2: ["CC7.2", "CC7.3"],
    iso27001: ["A.8.15", "A.8.16"],
    pci: ["10.2.1", "10.3.2", "10.7.2"],
    hipaa: ["164.312(b)"],
    nist: ["AU-9", "AU-12", "SI-4"],
    gdpr: ["32(1)(d)"],
  },
  /** What can be reached from the network. */
  network: {
    soc2: ["CC6.6"],
    iso27001: ["A.8.20", "A.8.22"],
    pci: ["1.3.1", "1.4.2"],
    hipaa: ["164.312(e)(1)"],
    nist: ["AC-4", "SC-7"],
    gdpr: ["32(1)(b)"],
  },
  /** Data that leaves, or can be read by those it is not for. */
  exposure: {
    soc2: ["CC6.1", "CC6.7"],
    iso27001: ["A.5.15", "A.8.12"],
    pci: ["1.4.4", "7.2.1"],
    hipaa: ["164.312(a)(1)", "164.312(e)(1)"],
    nist: ["AC-3", "AC-4", "SC-7"],
    gdpr: ["5(1)(f)", "32(1)(b)"],
  },
  /** Data or keys that can be lost. */
  availability: {
    soc2: ["A1.2", "CC7.5"],
    iso27001: ["A.8.13", "A.8.24"],
    pci: ["3.7.1"],
    hipaa: ["164.308(a)(7)(ii)(A)"],
    nist: ["CP-9", "SC-12"],
    gdpr: ["32(1)(b)", "32(1)(c)"],
  },
  /** Code and commands on machines. */
  execution: {
    soc2: ["CC6.8", "CC7.2"],
    iso27001: ["A.8.16", "A.8.19"],
    pci: ["11.5.1"],
    hipaa: ["164.308(a)(1)(ii)(D)"],
    nist: ["CM-5", "SI-4"],
    gdpr: ["32(1)(b)"],
  },
  /** What another service has found, and someone must look at. */
  monitoring: {
    soc2: ["CC7.1", "CC7.2"],
    iso27001: ["A.8.8", "A.8.16"],
    pci: ["11.5.1", "12.10.5"],
    hipaa: ["164.308(a)(1)(ii)(D)", "164.308(a)(6)(ii)"],
    nist: ["IR-5", "RA-5", "SI-4"],
    gdpr: ["32(1)(d)"],
  },
} as const satisfies Record<string, Controls>;
