/** From graph operators to Program steps over regions of not yet placed storage. */
package dev.strongroom.compiler.lower;
