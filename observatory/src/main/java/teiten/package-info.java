/// Teiten (定点), an Internet observatory for attacks on Linux-based IoT devices.
///
/// The packages below stand in the order of the data flow and import downwards only:
/// `net`, `capture`, `simulate`, `telescope`, `session`, `decoy`, `sample`, `lab`, `store`, `trend`, `advisory`,
/// `export`, `web`, `run`, `cli`.
@NullMarked
package teiten;

import org.jspecify.annotations.NullMarked;
