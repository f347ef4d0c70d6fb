/** The few system calls of Linux that a hardened process needs, through java.lang.foreign. */
package dev.strongroom.world.linux;
