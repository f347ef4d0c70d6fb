/** How a trusted OS has to be configured so that models fit. */
package dev.strongroom.compiler.optee;
