/// What a captured file is, read without running it: ELF facts, strings, likeness, and the vault that keeps the bytes.
@NullMarked
package teiten.sample;

import org.jspecify.annotations.NullMarked;
