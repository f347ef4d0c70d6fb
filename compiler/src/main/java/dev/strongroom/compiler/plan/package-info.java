/** Who shares memory, what stays resident, and what lies where. */
package dev.strongroom.compiler.plan;
