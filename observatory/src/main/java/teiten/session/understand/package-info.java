/// What a session's events mean: stages, commands, addresses of files, CPUs, families, loaders.
@NullMarked
package teiten.session.understand;

import org.jspecify.annotations.NullMarked;
